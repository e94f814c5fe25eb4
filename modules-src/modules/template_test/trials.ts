import { isStub } from '../../pve/vms/begun.ts';
import { isTrialOfFamily } from '../../pve/vms/generations/name.ts';
import { nameOf } from '../../pve/vms/generations/family.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { KEEP_TAG, readMarker, tagsIn } from '../../pve/vms/marker.ts';
import { touches } from '../../pve/vms/removal.ts';
import type { Remains } from '../../sdk/readings.ts';

/** A clone by which a generation is, or was, tried. */
export interface Trial {
  readonly record: VmRecord;
  /** Number of the generation that it tries. */
  readonly of: number | undefined;
  readonly running: boolean;
  /** `begun` is a copy that has not come to its end, `copied` one that was never started, `ready` one that may have run. */
  readonly stage: 'begun' | 'copied' | 'ready';
  /** Why it is not provably, or not only, what this role has made: then it stays. */
  readonly doubt: string | undefined;
  readonly remains: Remains | undefined;
}

type Seen = Pick<Trial, 'record' | 'of' | 'stage' | 'doubt'>;

/**
 * What is there of a family's trials on a node. Its mark names a trial's own VMID and the generation, its name both
 * again. A seal and the `vmgenid` of the mark are given to it in one call after the copy: before that call it has never been
 * started, after it every copy, restored backup and change of somebody else's shows.
 */
export const trialsOf = (family: string, node: string, records: readonly VmRecord[]): readonly Seen[] =>
  records
    .filter(record => record.kind === 'qemu' && record.node === node)
    .flatMap(record => seenIn(family, record) ?? []);

function seenIn(family: string, record: VmRecord): Seen | undefined {
  const { vmid, config, begunAs = '' } = record;
  if (isTrialOfFamily(family, begunAs)) return { record, of: undefined, stage: 'begun', doubt: undefined };
  const marker = readMarker(config.get('description'), vmid);
  if (marker?.trialOf === undefined || isStub(config)) return undefined;
  if (!isTrialOfFamily(family, nameOf(record))) return undefined;
  const isCopied = marker.seal === undefined && config.get('vmgenid') !== marker.id;
  const [doubt] = isCopied ? touchesOfCopy(record) : touches(record);
  return { record, of: marker.trialOf, stage: isCopied ? 'copied' : 'ready', doubt };
}

/** A copy has neither seal nor our `vmgenid` yet; the rest would be somebody else's. */
const touchesOfCopy = ({ config }: VmRecord): readonly string[] => [
  ...(tagsIn(config.get('tags') ?? '').includes(KEEP_TAG) ? [`it has the tag ${KEEP_TAG}`] : []),
  ...(config.snapshots.length === 0 ? [] : [`it has snapshots: ${config.snapshots.join(', ')}`]),
];
