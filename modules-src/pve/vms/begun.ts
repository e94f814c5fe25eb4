import { qm, type ClusterAction, type QmAction, type QmProperties, type Step } from '../../sdk/step.ts';
import type { Remains } from '../../sdk/readings.ts';
import type { VmConfig } from '../text/vm-config.ts';
import type { VmRecord } from './guest.ts';
import { readMarker } from './marker.ts';
import type { Identity } from './ownership.ts';

/** Bus and slot of everything that may be a volume. */
const DRIVE = /^(?:scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/;
const MADE = /^(?:file=)?([^:/,]+):(\d+(?:\.\d+)?|cloudinit)(?:,|$)/;

/** A volume that an operation makes: its storage, and whether it is a numbered disk. */
export interface MadeVolume {
  readonly storage: string;
  readonly isDisk: boolean;
}

/** What is noted of an operation before it begins: dying, it leaves what nothing else tells whose it is. */
export interface BegunNote {
  readonly verb: Remains['verb'];
  /** Name of the VM that it makes or removes; empty where the VM is there. */
  readonly name: string;
  /** Template of a clone, whose VMID the task of a clone has. */
  readonly source: number | undefined;
  /** Id in the mark that a clone gets, or that a VM has which is to go; on the node, the `vmgenid` of one that is there. */
  readonly id: string | undefined;
  /** Milliseconds of the clock of who notes it. */
  readonly since: number;
}

/** The volumes that `qm create` or `qm set` makes with those options. */
export const madeVolumes = (properties: QmProperties): readonly MadeVolume[] =>
  Object.entries(properties).flatMap(([key, value]) => {
    const [, storage, what] = (DRIVE.test(key) && typeof value === 'string' && MADE.exec(value)) || [];
    return storage === undefined ? [] : [{ storage, isDisk: what !== 'cloudinit' }];
  });

/** VMID of the VM that an operation makes or changes. */
export const targetOf = ({ verb, vmid, properties }: QmAction): number =>
  verb === 'clone' ? Number(properties['newid']) : vmid;

/** The note of an operation that makes a VM, or volumes of it. */
export function noteOf(action: QmAction): BegunNote | undefined {
  const { verb, vmid, properties } = action;
  if (verb !== 'create' && verb !== 'clone' && verb !== 'set') return undefined;
  if (verb === 'set' && madeVolumes(properties).length === 0) return undefined;
  const { name, description } = properties;
  const marker = typeof description === 'string' ? readMarker(description, targetOf(action)) : undefined;
  return {
    verb,
    name: typeof name === 'string' ? name : '',
    source: verb === 'clone' ? vmid : undefined,
    id: marker?.id,
    since: Date.now(),
  };
}

/**
 * Names, without a format, that PVE gives to so many new disks of a VM beside the volumes that are there: the lowest
 * numbers that are free, over all formats (pve-storage 8.3 and 9.1).
 */
export function expectedNames(vmid: number, disks: number, existing: readonly string[]): readonly string[] {
  const taken = new Set(existing.map(name => Number(/^(?:vm|base)-\d+-disk-(\d+)/.exec(name)?.[1] ?? -1)));
  const free = Array.from({ length: disks + taken.size }, (_, index) => index).filter(
    index => !taken.has(index),
  );
  return [...free.slice(0, disks).map(index => `vm-${vmid}-disk-${index}`), `vm-${vmid}-cloudinit`];
}

/** Whether the text of a configuration has the lock of a creation or a clone: it comes first, and goes last. */
export const isBeingMade = (text: string): boolean => /^lock: (?:create|clone)$/m.test(text);

/** What `qm create` and `qm clone` write first: only their lock, and a comment. */
export const isStub = (config: VmConfig): boolean =>
  ['create', 'clone'].includes(config.get('lock') ?? '') &&
  [...config.keys()].every(key => key === 'lock' || key === 'description') &&
  ['', 'qmclone temporary file'].includes((config.get('description') ?? '').trim());

/** Whether a configuration is a clone that is half made, and bears the mark that we gave it. */
export const isHalfClone = (config: VmConfig, vmid: number, id: string | undefined): boolean =>
  id !== undefined &&
  config.get('lock') === 'clone' &&
  readMarker(config.get('description'), vmid)?.id === id;

/** Seconds that an operation may take to write its stub; later ones are somebody else's. */
const SOON = 60;

/** Whether a stub was written when our operation had just begun; both in milliseconds of the node's clock. */
export const isFromThen = (begun: number, written: number): boolean =>
  // The cluster file system knows whole seconds only.
  written >= begun - 1000 && written <= begun + SOON * 1000;

/** Whether a command line is that of a task or program that works on the VM, and not a guest, which may name a disk of that VM; doubtful ones are. */
export const worksOn = (vmid: number, commandLine: string): boolean =>
  new RegExp(`(?:^|[\\0\\s:/-])${vmid}(?:[\\0\\s:/.-]|$)`).test(commandLine) &&
  !new RegExp(`\\x00-id\\x00\\d+\\x00|/qemu-server/${vmid}[.]`).test(commandLine);

/** Whether all that is there is what an operation of ours that makes this VM has left. */
export const isAbandoned = ({ name }: Identity, record: VmRecord | undefined): boolean =>
  record?.begunAs === name;

const VERBS: Readonly<Record<Remains['verb'], string>> = {
  create: 'creation',
  clone: 'clone',
  set: 'import',
  destroy: 'removal',
};

/** What is done about the remains of an operation that died, before it is begun anew; nothing where there are none. */
export function recoverySteps({ vmid, name }: Identity, remains: Remains | undefined): Step[] {
  if (remains === undefined) return [];
  const what = `${VERBS[remains.verb]} of VM ${vmid} (${name}) that was interrupted on ${remains.since}`;
  const step = (volume: string, action: ClusterAction): Step => ({
    summary: `remove ${volume}, which the ${what} has left`,
    action,
    changes: [{ key: volume, before: 'present', after: undefined }],
  });
  return [
    ...remains.volumes.map(volume => step(volume, { kind: 'free-volume', volume })),
    ...(remains.snippets ?? []).map(volume => step(volume, { kind: 'remove-snippet', volume })),
  ];
}

/** PVE goes on with what it was told, whoever told it: only when that has ended is there something to be seen. */
export const waitStep = ({ vmid, name }: Identity, { verb, since }: Remains): Step => ({
  summary: `wait for the ${VERBS[verb]} of VM ${vmid} (${name}) that was interrupted on ${since} and still goes on`,
  action: { kind: 'wait-work', vmid },
});

/** What may be left, and what nothing proves. */
export function remainsWarnings({ vmid }: Identity, remains: Remains | undefined): readonly string[] {
  if (remains === undefined || remains.doubtful.length === 0) return [];
  return [
    `the ${VERBS[remains.verb]} of VM ${vmid} that was interrupted on ${remains.since} may have left ` +
      `${remains.doubtful.join(', ')}, and nothing proves it: nothing was removed; look at it, and remove it with ` +
      remains.doubtful.map(volume => `\`pvesm free ${volume}\``).join(', '),
  ];
}

/** One call: between two, another lock could come. */
export const removeStubStep = ({ vmid, name }: Identity, { config }: VmRecord): Step => ({
  summary: `remove what an interrupted ${config.get('lock') === 'clone' ? 'clone' : 'creation'} of VM ${vmid} (${name}) has left`,
  action: qm('destroy', vmid, { skiplock: true }),
  changes: [{ key: 'lock', before: config.get('lock'), after: undefined }],
});
