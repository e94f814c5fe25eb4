import { problem, variableOf, type Check } from '../../check.ts';
import { furtherDisks, imageDisk, wantsImage } from '../../wishes.ts';

/** A slot has one disk, and what a template has would stand under all its clones. */
export const checkDataDisks: Check = wanted => {
  const slots = Object.keys(wanted.vm_data_disks ?? {});
  if (slots.length === 0 || wanted.vm_state === 'absent') return [];
  const others = new Set([
    ...furtherDisks(wanted).map(([slot]) => slot),
    ...(wantsImage(wanted) ? [imageDisk(wanted)] : []),
  ]);
  const clashes = slots
    .filter(slot => others.has(slot))
    .map(slot =>
      problem(
        'PVE-VM-038',
        `vm_data_disks.${slot}`,
        `is where another disk of the VM is declared`,
        'choose another slot for the data disk',
      ),
    );
  if (wanted.vm_make_template !== true) return clashes;
  const fix = `set ${variableOf('vm_make_template')}: false, or declare data disks for VMs that are no template`;
  return [...clashes, problem('PVE-VM-039', 'vm_data_disks', 'are wanted for a template', fix)];
};
