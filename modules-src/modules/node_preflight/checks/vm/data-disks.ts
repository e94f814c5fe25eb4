import { FREE_HOLDER, holderOccupant } from '../../../../pve/data-disks/holder.ts';
import { slotFault } from '../../../../pve/data-disks/slot.ts';
import { attachedDrive } from '../../../../pve/text/cloud-init-volumes.ts';
import { isCloudInitDrive } from '../../../../pve/text/vm-config.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { problem, variableOf, type Check } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import { furtherDisks, hasDataDisks, imageDisk, ownValues, wantsImage } from '../../wishes.ts';
import type { Node } from '../../world.ts';

/** A slot has one disk, a disk one slot, and what a template has would stand under all its clones. */
export const checkDataDisks: Check = (wanted, { node }) => {
  if (!hasDataDisks(wanted) || wanted.vm_state === 'absent') return [];
  const problems = [
    ...slotProblems(wanted, node),
    ...(node === undefined ? [] : holderProblem(wanted, node)),
  ];
  if (wanted.vm_make_template !== true) return problems;
  const fix = `set ${variableOf('vm_make_template')}: false, or declare data disks for VMs that are no template`;
  return [...problems, problem('PVE-VM-039', 'vm_data_disks', 'are wanted for a template', fix)];
};

function slotProblems(wanted: Wanted, node: Node | undefined): Problem[] {
  const { vm_data_disks: disks = {}, vm_data_holder: holder = 0, vm_vmid: vmid } = wanted;
  const others = new Set([
    ...furtherDisks(wanted).map(([slot]) => slot),
    ...(wantsImage(wanted) ? [imageDisk(wanted)] : []),
  ]);
  const found = node === undefined ? new Map<string, string>() : ownValues(wanted, node);
  const ownDrive = attachedDrive(found)?.slot;
  // Where the cloud-init drive is has a check of its own.
  const values = new Map([...found].filter(([key, drive]) => key !== ownDrive && !isCloudInitDrive(drive)));
  return Object.keys(disks).flatMap(slot => {
    const subject = `vm_data_disks.${slot}` as const;
    if (others.has(slot)) {
      const message = 'is where another disk of the VM is declared';
      return [problem('PVE-VM-038', subject, message, 'choose another slot for the data disk')];
    }
    const fault = slotFault(slot, { disks, holder, vmid }, values);
    return fault === undefined ? [] : [problem('PVE-VM-045', subject, fault.why, fault.remedy)];
  });
}

function holderProblem({ vm_vmid: vmid, vm_data_holder: holder }: Wanted, { records }: Node): Problem[] {
  const record = records.get(holder ?? 0);
  const occupant = record === undefined ? undefined : holderOccupant(record);
  const owner = occupant ?? (holder === vmid ? 'the VM itself' : undefined);
  if (owner === undefined) return [];
  return [problem('PVE-VM-046', 'vm_data_holder', `is the VMID of ${owner}`, `set it to ${FREE_HOLDER}`)];
}
