import { isAbandoned, recoverySteps, removeStubStep, waitStep } from '../../pve/vms/begun.ts';
import { firstDescription, type GenerationMark } from '../../pve/vms/marker.ts';
import { ownRecord } from '../../pve/vms/ownership.ts';
import { newDisks } from '../../pve/vms/volumes.ts';
import { wantedSettings } from '../../pve/settings/differences.ts';
import { isCdrom } from '../../pve/text/vm-config.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';
import { firstCloudInit } from './cloud-init.ts';
import type { Observed, Wanted } from './wanted.ts';

/**
 * One `qm create` with everything that is known, and the snippets that it names; nothing when the VM is there. One of ours
 * that died is begun anew.
 */
export function planCreate(wanted: Wanted, observed: Observed): Lane[] {
  const { record, remains } = observed;
  const isStub = record !== undefined && isAbandoned(wanted, record);
  if (remains?.isBusy === true && (record === undefined || isStub)) return [[waitStep(wanted, remains)]];
  const recovery = recoverySteps(wanted, remains);
  if (isStub) return [[removeStubStep(wanted, record), ...recovery, ...createSteps(wanted, observed)]];
  if (ownRecord(wanted, record, `create VM ${wanted.vmid} (${wanted.name})`) !== undefined) return [];
  return [[...recovery, ...createSteps(wanted, observed)]];
}

function createSteps(wanted: Wanted, observed: Observed): Step[] {
  const { settings, id } = createSettings(wanted, observed);
  const cloudInit = firstCloudInit(wanted, observed.material && { ...observed.material, id });
  const changes = [...settings]
    // Made up anew by every look.
    .filter(([key]) => key !== 'vmgenid' || wanted.extra_config?.['vmgenid'] !== undefined)
    .map(([key, after]) => ({
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

function createSettings(
  wanted: Wanted,
  { newId, localNode }: Observed,
): { readonly settings: ReadonlyMap<string, string>; readonly id: string } {
  const settings = new Map([['name', wanted.name], ...wantedSettings(wanted)]);
  const id = giveIdentity(settings, newId);
  settings.set('description', describe(wanted, id, localNode, settings));
  if (wanted.pool !== undefined) settings.set('pool', wanted.pool);
  const boot = firstBoot(settings);
  // PVE fixes the boot order at creation from what exists then; a later import sets its own.
  if (boot !== undefined && !settings.has('boot')) settings.set('boot', boot);
  // PVE would keep an empty value as an empty line.
  return { settings: new Map([...settings].filter(([, value]) => value !== '')), id };
}

/** The `vmgenid` by which the VM is known from its copies; the user's own where one is given. Only PCs have a place for it. */
function giveIdentity(settings: Map<string, string>, newId: string): string {
  const own = settings.get('vmgenid');
  if (own?.includes('-') === true) return own;
  if (own !== '0' && settings.get('arch') !== 'aarch64') settings.set('vmgenid', newId);
  return newId;
}

/** The notes, and in the marker how this VM is known again. */
function describe(
  { vmid, description = '', generation: mark }: Wanted,
  id: string,
  node: string,
  settings: ReadonlyMap<string, string>,
): string {
  const disks = newDisks(settings);
  return firstDescription(description, settings.get('tags') ?? '', {
    vmid,
    id,
    node,
    ...(Object.keys(disks).length > 0 && { disks }),
    ...(mark !== undefined && { generation: generationMark(mark) }),
  });
}

const generationMark = ({ family, number, settings, untested, held }: GenerationMark): GenerationMark => ({
  family,
  number,
  ...(settings !== undefined && { settings }),
  ...(untested === true && { untested }),
  ...(held === true && { held }),
});

/** The first disk; then a CD-ROM, which installs a disk that is still empty; then the network. */
function firstBoot(settings: ReadonlyMap<string, string>): string | undefined {
  const drives = [...settings].filter(([key]) => /^(?:scsi|virtio|sata|ide)\d+$/.test(key));
  const disk = drives.find(([, drive]) => !isCdrom(drive))?.[0];
  const cdrom = drives.find(([, drive]) => isCdrom(drive))?.[0];
  const order = [disk, cdrom, settings.has('net0') ? 'net0' : undefined].filter(key => key !== undefined);
  return drives.length === 0 ? undefined : `order=${order.join(';')}`;
}
