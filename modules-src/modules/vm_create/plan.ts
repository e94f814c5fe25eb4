import type { CloudInitMaterial } from '../../pve/cloud-init/wishes.ts';
import { isAbandoned, removeStubStep } from '../../pve/vms/begun.ts';
import { withMarker, type GenerationMark, type Marker } from '../../pve/vms/marker.ts';
import { ownRecord, type FoundVm } from '../../pve/vms/ownership.ts';
import { wantedSettings, type SettingWishes } from '../../pve/settings/differences.ts';
import { isCdrom } from '../../pve/text/vm-config.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';
import { firstCloudInit, type CreationCloudInit } from './cloud-init.ts';

export type Wanted = SettingWishes &
  Partial<CreationCloudInit> & {
    readonly name: string;
    readonly generation?: GenerationMark | undefined;
  };

export interface Observed extends FoundVm {
  /** For a VM that is to be made with cloud-init settings. */
  readonly material?: CloudInitMaterial | undefined;
}

/**
 * One `qm create` with everything that is known, and the snippets that it names; nothing when the VM is there. One of ours
 * that died is begun anew.
 */
export function planCreate(wanted: Wanted, { record, material }: Observed): Lane[] {
  if (isAbandoned(wanted, record)) return [[removeStubStep(wanted), ...createSteps(wanted, material)]];
  if (ownRecord(wanted, record, `create VM ${wanted.vmid} (${wanted.name})`) !== undefined) return [];
  return [createSteps(wanted, material)];
}

function createSteps(wanted: Wanted, material: CloudInitMaterial | undefined): Step[] {
  const cloudInit = firstCloudInit(wanted, material);
  const settings = createSettings(wanted);
  const changes = [...settings].map(([key, after]) => ({
    key,
    before: undefined,
    after: key === 'description' ? (wanted.description ?? '') : after,
  }));
  const create: Step = {
    summary: `create VM ${wanted.vmid} (${wanted.name})`,
    action: qm('create', wanted.vmid, { ...Object.fromEntries(settings), ...cloudInit.properties }),
    changes: [...changes.filter(change => change.after !== ''), ...cloudInit.changes],
  };
  return [create, ...cloudInit.snippets];
}

function createSettings(wanted: Wanted): Map<string, string> {
  const settings = new Map([['name', wanted.name], ...wantedSettings(wanted)]);
  settings.set('description', withMarker(wanted.description ?? '', firstMarker(wanted)));
  if (wanted.pool !== undefined) settings.set('pool', wanted.pool);
  const boot = firstBoot(settings);
  // PVE fixes the boot order at creation from what exists then; a later import sets its own.
  if (boot !== undefined && !settings.has('boot')) settings.set('boot', boot);
  // PVE would keep an empty value as an empty line.
  return new Map([...settings].filter(([, value]) => value !== ''));
}

const firstMarker = ({ vmid, generation }: Wanted): Marker => ({
  vmid,
  ...(generation !== undefined && { generation }),
});

/** The first disk; then a CD-ROM, which installs a disk that is still empty; then the network. */
function firstBoot(settings: ReadonlyMap<string, string>): string | undefined {
  const drives = [...settings].filter(([key]) => /^(?:scsi|virtio|sata|ide)\d+$/.test(key));
  const disk = drives.find(([, drive]) => !isCdrom(drive))?.[0];
  const cdrom = drives.find(([, drive]) => isCdrom(drive))?.[0];
  const order = [disk, cdrom, settings.has('net0') ? 'net0' : undefined].filter(key => key !== undefined);
  return drives.length === 0 ? undefined : `order=${order.join(';')}`;
}
