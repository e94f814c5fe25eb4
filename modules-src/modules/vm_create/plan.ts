import { isAbandoned, removeStubStep } from '../../pve/begun-vm.ts';
import { withMarker, type GenerationMark, type Marker } from '../../pve/marker.ts';
import { ownRecord, type FoundVm } from '../../pve/own-vm.ts';
import { wantedSettings, type SettingWishes } from '../../pve/settings.ts';
import { isCdrom } from '../../pve/vm-config.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export type Wanted = SettingWishes & {
  readonly name: string;
  readonly generation?: GenerationMark | undefined;
};

/** One `qm create` with everything that is known, or nothing when the VM is there; one of ours that died is begun anew. */
export function planCreate(wanted: Wanted, { record }: FoundVm): Lane[] {
  if (isAbandoned(wanted, record)) return [[removeStubStep(wanted), createStep(wanted)]];
  if (ownRecord(wanted, record, `create VM ${wanted.vmid} (${wanted.name})`) !== undefined) return [];
  return [[createStep(wanted)]];
}

function createStep(wanted: Wanted): Step {
  const settings = createSettings(wanted);
  const changes = [...settings].map(([key, after]) => ({
    key,
    before: undefined,
    after: key === 'description' ? (wanted.description ?? '') : after,
  }));
  return {
    summary: `create VM ${wanted.vmid} (${wanted.name})`,
    action: qm('create', wanted.vmid, Object.fromEntries(settings)),
    changes: changes.filter(change => change.after !== ''),
  };
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
