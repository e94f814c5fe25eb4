import type { Problem } from '../../../../sdk/define-module.ts';
import { onNode, problem, type Subject } from '../../check.ts';
import type { Code } from '../../codes.ts';
import { isReplicated, isRotating, ownConfig, wantedClones } from '../../wishes.ts';
import type { Node } from '../../world.ts';

/**
 * Names that other guests have already. PVE lets two guests share one, and whoever reads a list or a DNS zone takes
 * one for the other. Host names are the same in any case.
 */
export const checkNames = onNode((wanted, node) => {
  const { vm_vmid: vmid, vm_name: name } = wanted;
  // A template on several nodes has its name on each.
  const isNew =
    (vmid !== undefined || isRotating(wanted)) &&
    name !== undefined &&
    !isReplicated(wanted) &&
    ownConfig(wanted, node) === undefined;
  return [
    ...(isNew ? namesakes('PVE-VM-026', 'vm_name', { vmid, name }, node) : []),
    // A clone without a VMID is known by its name.
    ...wantedClones(wanted).flatMap((clone, index) =>
      clone.vmid === undefined || node.records.has(clone.vmid)
        ? []
        : namesakes(
            'PVE-CLONE-013',
            `vm_clones[${index}].name`,
            { vmid: clone.vmid, name: clone.name },
            node,
          ),
    ),
  ];
});

function namesakes(
  code: Code,
  subject: Subject,
  { vmid, name }: { readonly vmid: number | undefined; readonly name: string },
  { guestNames, guests }: Node,
): Problem[] {
  const others = [...guestNames]
    .filter(([number, taken]) => number !== vmid && taken.toLowerCase() === name.toLowerCase())
    .map(([number]) => `${number} on node ${guests.find(guest => guest.vmid === number)?.node ?? ''}`);
  if (others.length === 0) return [];
  const message = `${name} is the name of another guest, too: ${others.join(', ')}`;
  return [problem(code, subject, message, 'choose another name, unless both are meant to have it')];
}
