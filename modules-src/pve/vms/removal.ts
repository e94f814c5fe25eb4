import { driveSize } from '../text/volume-id.ts';
import { qm, type Change, type Step } from '../../sdk/step.ts';
import type { ClusterLists } from '../../sdk/readings.ts';
import { dependantsOf } from '../text/dependants.ts';
import type { Storage } from '../text/storage-config.ts';
import { nextValues, isCloudInitDrive, type VmConfig } from '../text/vm-config.ts';
import type { VmRecord } from './guest.ts';
import { linkedClones } from './linked-clones.ts';
import { isSealed, KEEP_TAG, readMarker, tagsIn } from './marker.ts';
import { doubtOf } from './provenance.ts';
import { snippetUsers } from './snippet-users.ts';
import { isWholeTemplate } from './template-disks.ts';
import { goingVolumes, idOf, volumesIn, type HeldVolume } from './volumes.ts';

/** What else there is that may need a template. */
export interface Surroundings {
  /** Every VM of the cluster. */
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  /** VMIDs of VMs that run here. */
  readonly running: ReadonlySet<number>;
  readonly lists: ClusterLists;
  /** Nodes that are down, and of whose guests nobody tells. */
  readonly lost: readonly string[];
}

/** Why something stays, and what to do about it. */
export interface Kept {
  readonly why: string;
  readonly remedy: string;
}

export const keptText = ({ why, remedy }: Kept): string => `${why}; ${remedy}`;

/**
 * Why a template may not go without having been confirmed; undefined: all that can be known says that this role made it,
 * that nobody has touched it since, and that nothing needs it.
 */
export function keptBecause(record: VmRecord, around: Surroundings): Kept | undefined {
  const { vmid } = record;
  const [why = wholeness(record)] = touches(record);
  const byHand = `if nobody needs it, remove it with \`qm destroy ${vmid} --purge\``;
  if (why !== undefined) return { why, remedy: byHand };
  return isNeeded(record, around);
}

const wholeness = ({ config }: VmRecord): string | undefined =>
  isWholeTemplate(config) ? undefined : 'it is no whole template';

/**
 * Signs that a template, finished or not, is not, or not only, what this role made of it. In the making a disk may be smaller than
 * what it was noted to be: a run that was killed had still to grow it, and no disk ever shrinks.
 */
export function touches(record: VmRecord, isInTheMaking = false): readonly string[] {
  const { vmid, config } = record;
  const doubt = doubtOf(record);
  const strange = volumesIn(config).filter(held => !isOurs(record, held, isInTheMaking));
  const names = strange.map(({ key, volume }) => `${key} (${idOf(volume)})`).join(', ');
  const isSettled = config.pending.size === 0 && config.pendingDeletes.length === 0;
  return [
    ...(doubt === undefined ? [] : [doubt]),
    ...(tagsIn(config.get('tags') ?? '').includes(KEEP_TAG) ? [`it has the tag ${KEEP_TAG}`] : []),
    ...(isSealed(config, vmid) ? [] : ['its notes or tags are not as this role left them']),
    ...(config.snapshots.length === 0 ? [] : [`it has snapshots: ${config.snapshots.join(', ')}`]),
    ...(isSettled ? [] : ['changes of it wait for its next start']),
    ...(strange.length === 0 ? [] : [`it has disks that this role did not make: ${names}`]),
    ...passedThrough(config),
  ];
}

/** What a storage rounds a size up to, at most: an extent of LVM. */
const EXTENT = 64 * 1024 ** 2;

/** A disk in a slot that we made one for, of the size that it was made with, under the VM's own VMID. */
function isOurs({ vmid, config }: VmRecord, { key, drive, volume }: HeldVolume, mayGrow: boolean): boolean {
  if (volume.vmid !== vmid) return false;
  if (isCloudInitDrive(drive)) return true;
  const bytes = readMarker(config.get('description'), vmid)?.disks?.[key];
  if (bytes === undefined) return false;
  const size = driveSize(drive) ?? 0;
  return bytes === 0 || ((mayGrow || size >= bytes) && size - bytes <= EXTENT);
}

/** A device of the node. */
const passedThrough = (config: VmConfig): string[] =>
  [...config]
    .filter(([key, value]) => /^(?:ide|sata|scsi|virtio)\d+$/.test(key) && /^(?:file=)?\//.test(value))
    .map(([key, value]) => `it has a disk of the node: ${key} (${value})`);

/** What would break, or be refused, if it went. */
function isNeeded(
  record: VmRecord,
  { others, storages, running, lists, lost }: Surroundings,
): Kept | undefined {
  const { vmid, config } = record;
  const linked = linkedClones(record, others, storages);
  if (linked.length > 0)
    return {
      why: `linked clones stand on it: ${named(linked)}`,
      remedy: 'remove those first, or give them disks of their own with `qm disk move`',
    };
  if (lost.length > 0)
    return {
      why: `${lost.join(', ')} cannot be asked whether it is needed there`,
      remedy: 'the next run looks again when all nodes are up',
    };
  const readers = snippetUsers(record, others);
  if (readers.length > 0)
    return {
      why: `its snippets are used by ${named(readers)}`,
      remedy: 'give those other ones, `qm set <vmid> --cicustom …`',
    };
  const dependants = dependantsOf(vmid, lists);
  if (dependants.length > 0)
    return {
      why: `it is named by ${dependants.join(' and ')}`,
      remedy: 'take it out there if it is not needed',
    };
  if (others.filter(other => other.vmid === vmid).length > 1)
    return { why: `VMID ${vmid} stands on two nodes`, remedy: 'mend that by hand' };
  if (isProtected(config))
    return {
      why: 'it is protected',
      remedy: `\`qm set ${vmid} --protection 0\` takes the protection away`,
    };
  const lock = config.get('lock');
  if (lock !== undefined)
    return { why: `it is locked (${lock})`, remedy: 'the next run looks again when that task has ended' };
  return running.has(vmid) ? { why: 'it runs', remedy: `stop it with \`qm shutdown ${vmid}\`` } : undefined;
}

export const isProtected = (config: VmConfig): boolean =>
  config.get('protection') === '1' || nextValues(config).get('protection') === '1';

export const named = (records: readonly VmRecord[]): string =>
  records.map(({ vmid, config }) => `${config.get('name') ?? ''} (${vmid})`).join(', ');

/**
 * PVE removes the volumes in the configuration that bear the VM's VMID and leaves all others. Volumes that nothing
 * refers to are not looked for: on storage that two clusters use, they may be those of the other one's VM.
 */
export function destroyStep({ vmid, config }: VmRecord, label: string): Step {
  const volumes = goingVolumes(vmid, config);
  const gone = (key: string): Change => ({ key, before: 'present', after: undefined });
  return {
    summary: `remove ${label}${volumes.length === 0 ? '' : ` and its disks ${volumes.join(', ')}`}`,
    action: qm('destroy', vmid, { purge: true }),
    changes: [{ key: 'state', before: 'present', after: undefined }, ...volumes.map(gone)],
  };
}
