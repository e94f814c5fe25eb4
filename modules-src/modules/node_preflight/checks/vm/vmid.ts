import type { GuestEntry } from '../../../../sdk/readings.ts';
import { freeVmids, parseRange } from '../../../../pve/vms/vmids/range.ts';
import { UserError } from '../../../../sdk/error.ts';
import { onNode, problem } from '../../check.ts';
import type { Wanted } from '../../params.ts';

/** Whether a VM without a VMID can get one. */
export const checkVmid = onNode((wanted, { vmidProblem, guests }) => {
  const { vm_vmid: vmid, vm_vmid_range: range, vm_state: state } = wanted;
  if (vmid !== undefined) return [];
  if (vmidProblem !== undefined) return [problem('PVE-VM-029', 'vm_vmid', vmidProblem.why, vmidProblem.fix)];
  const why = range === undefined || state === 'absent' ? undefined : lackOf(range, wanted, guests);
  return why === undefined
    ? []
    : [problem('PVE-VM-030', 'vm_vmid_range', why, 'set it to a range with free VMIDs, such as 200-299')];
});

function lackOf(
  range: string,
  { vm_vmid_reserved: reserved = [] }: Wanted,
  guests: readonly GuestEntry[],
): string | undefined {
  try {
    const free = freeVmids(parseRange(range), guests, reserved);
    return free.length > 0 ? undefined : `every VMID of ${range} is taken`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
