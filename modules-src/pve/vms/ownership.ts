import { optionName, wayOut } from '../../sdk/option-name.ts';
import { UserError } from '../../sdk/error.ts';
import type { Remains } from '../../sdk/readings.ts';
import type { Lane } from '../../sdk/step.ts';
import { generationName } from './generations/name.ts';
import type { VmRecord } from './guest.ts';
import { readMarker } from './marker.ts';
import { parseVmConfig, type VmConfig } from '../text/vm-config.ts';

/** The VM a task is about, as it was found. */
export interface FoundVm {
  readonly record: VmRecord | undefined;
  /** Node that the module runs on. */
  readonly localNode: string;
  readonly running: boolean;
  /** Check mode: nothing is there yet, and an earlier stage would have made it. */
  readonly assumed: boolean;
  /** What an interrupted operation of ours has left of it; asked only by who makes something. */
  readonly remains?: Remains | undefined;
}

export interface Identity {
  readonly vmid: number;
  readonly name: string;
}

/** What runs that work on the same VM agree on. */
export const vmLock = ({ vmid }: Pick<Identity, 'vmid'>): string => `vm-${vmid}`;

/** VMIDs of the VMs among what runs agree on. */
export const lockedVms = (names: readonly string[]): number[] =>
  names.flatMap(name => Number(/^vm-(\d+)$/.exec(name)?.[1] ?? []));

/** What check mode assumes of a VM that an earlier stage would have made. */
export const assumedRecord = ({ vmid, name }: Identity, node: string): VmRecord => ({
  vmid,
  node,
  kind: 'qemu',
  config: parseVmConfig(`name: ${name}\n`),
});

/**
 * The plan for a VM that is ours. One that is on another node, or whose lock a task holds, is as good as any other while
 * nothing is to be done; else the refusal names what was found and the way out. `purpose` completes "cannot …".
 */
export function planOwnVm(
  identity: Identity,
  found: FoundVm,
  purpose: string,
  plan: (config: VmConfig) => readonly Lane[],
): readonly Lane[] {
  const record = requireOwnVm(identity, found.record, purpose);
  const lanes = plan(record.config);
  if (lanes.some(lane => lane.length > 0)) requireChangeable(record, found.localNode, purpose);
  return lanes;
}

/** The record of a VM that exists and is ours. */
export function requireOwnVm(identity: Identity, record: VmRecord | undefined, purpose: string): VmRecord {
  const own = ownRecord(identity, record, purpose);
  if (own !== undefined) return own;
  throw new UserError(
    `cannot ${purpose}: VM ${identity.vmid} does not exist; create it first, for example with --tags vm,create`,
  );
}

/** Refuses to change a VM that is on another node or that a task works on. */
export function requireChangeable(
  { vmid, node, config }: VmRecord,
  localNode: string,
  purpose: string,
): void {
  if (node !== localNode) {
    throw new UserError(
      `cannot ${purpose}: VM ${vmid} is on node ${node}, not on ${localNode}; ` +
        wayOut({ inRole: `set ${optionName('node')}: ${node}`, alone: `run it on ${node}` }),
    );
  }
  const lock = config.get('lock');
  if (lock === undefined) return;
  throw new UserError(
    `cannot ${purpose}: VM ${vmid} is locked (${lock}); ` +
      `wait until that task ends, or unlock the VM with \`qm unlock ${vmid}\` if none is running`,
  );
}

/** What a creation or a clone leaves behind when it dies: a configuration that only its lock tells from a whole one. */
export const isUnfinished = (config: ReadonlyMap<string, string>): boolean =>
  ['create', 'clone'].includes(config.get('lock') ?? '');

/** The record of our VM, undefined where the VMID is free; refuses a guest that is not ours, or not whole. */
export function ownRecord(
  identity: Identity,
  record: VmRecord | undefined,
  purpose: string,
): VmRecord | undefined {
  if (record === undefined) return undefined;
  if (record.kind === 'lxc') {
    throw new UserError(
      `cannot ${purpose}: ${identity.vmid} is the VMID of a container on node ${record.node}; choose another VMID`,
    );
  }
  const name = record.config.get('name');
  // A creation that died leaves a lock and no name; advice about it is only for a VM that may be ours.
  if (isUnfinished(record.config) && (name === undefined || name === identity.name)) {
    throw unfinishedError(identity, record.config.get('lock') ?? '', purpose);
  }
  if (name !== identity.name && !hasTakenOver(identity, record)) throw nameError(identity, record, purpose);
  return record;
}

/** Whether a generation of a template has got the name of its family meanwhile, by another run: it is still the same. */
function hasTakenOver(identity: Identity, { vmid, config }: VmRecord): boolean {
  const { family = '', number = 0 } = readMarker(config.get('description'), vmid)?.generation ?? {};
  return config.get('name') === family && identity.name === generationName(family, number);
}

function nameError({ vmid, name }: Identity, { node, config }: VmRecord, purpose: string): UserError {
  const found = config.get('name') ?? `VM ${vmid}`;
  return new UserError(
    `cannot ${purpose}: VM ${vmid} on node ${node} is named "${found}", not "${name}"; ` +
      'choose another VMID, or the name of that VM if it is the one you mean',
  );
}

function unfinishedError({ vmid }: Identity, lock: string, purpose: string): UserError {
  return new UserError(
    `cannot ${purpose}: VM ${vmid} is locked (${lock}); if no task of VM ${vmid} is running, an earlier run died: ` +
      `remove the remains with \`qm unlock ${vmid} && qm destroy ${vmid} --destroy-unreferenced-disks 1\` ` +
      'and run the play again',
  );
}
