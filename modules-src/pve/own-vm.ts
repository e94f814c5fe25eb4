import { UserError } from '../sdk/error.ts';
import type { VmRecord } from './guest.ts';
import { parseVmConfig, type VmConfig } from './vm-config.ts';

/** The VM a task is about, as it was found. */
export interface FoundVm {
  readonly record: VmRecord | undefined;
  /** Node that the module runs on. */
  readonly localNode: string;
  readonly running: boolean;
  /** Check mode: nothing is there yet, and an earlier stage would have made it. */
  readonly assumed: boolean;
}

export interface Identity {
  readonly vmid: number;
  readonly name: string;
}

/** What check mode assumes of a VM that an earlier stage would have made. */
export const assumedRecord = ({ vmid, name }: Identity, node: string): VmRecord => ({
  vmid,
  node,
  kind: 'qemu',
  config: parseVmConfig(`name: ${name}\n`),
});

/**
 * The configuration of a VM that is ours: it exists here, under the name we were told, and nothing holds its lock.
 * Refuses anything else with what was found and the way out; `purpose` completes "cannot …".
 */
export function requireOwnVm(identity: Identity, found: FoundVm, purpose: string): VmConfig {
  const record = ownRecord(identity, found.record, purpose);
  if (record === undefined) {
    throw new UserError(
      `cannot ${purpose}: VM ${identity.vmid} does not exist; create it first, for example with --tags vm,create`,
    );
  }
  if (record.node !== found.localNode) {
    throw new UserError(
      `cannot ${purpose}: VM ${identity.vmid} is on node ${record.node}, not on ${found.localNode}; ` +
        `set proxmox_vm_node: ${record.node}`,
    );
  }
  return record.config;
}

/** The record of our VM, undefined where the number is free; refuses a guest that is not ours. */
export function ownRecord(
  identity: Identity,
  record: VmRecord | undefined,
  purpose: string,
): VmRecord | undefined {
  if (record === undefined) return undefined;
  if (record.kind === 'lxc') {
    throw new UserError(
      `cannot ${purpose}: ${identity.vmid} is the number of a container on node ${record.node}; choose another number`,
    );
  }
  const name = record.config.get('name');
  const lock = record.config.get('lock');
  // A creation that died leaves a lock and no name; advice about a lock is only for a VM that may be ours.
  if (lock !== undefined && (name === undefined || name === identity.name)) {
    throw lockedError(identity, lock, purpose);
  }
  if (name !== identity.name) throw nameError(identity, record, purpose);
  return record;
}

function nameError({ vmid, name }: Identity, { node, config }: VmRecord, purpose: string): UserError {
  const found = config.get('name') ?? `VM ${vmid}`;
  return new UserError(
    `cannot ${purpose}: VM ${vmid} on node ${node} is named "${found}", not "${name}"; ` +
      'choose another number, or the name of that VM if it is the one you mean',
  );
}

function lockedError({ vmid }: Identity, lock: string, purpose: string): UserError {
  const unfinished = lock === 'create' || lock === 'clone';
  const advice = unfinished
    ? `if no task of VM ${vmid} is running, an earlier run died: remove the remains with ` +
      `\`qm unlock ${vmid} && qm destroy ${vmid} --destroy-unreferenced-disks 1\` and run the play again`
    : `wait until that task ends, or unlock the VM with \`qm unlock ${vmid}\` if none is running`;
  return new UserError(`cannot ${purpose}: VM ${vmid} is locked (${lock}); ${advice}`);
}
