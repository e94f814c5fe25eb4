import { START_OR_SSH, unreadNodes, UNTOLD } from '../../../../pve/vms/find.ts';
import { onNode, problem, type Subject } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import { hasDataDisks, isReplacing, ownConfig, ownValues } from '../../wishes.ts';
import type { Node } from '../../world.ts';

/** Whether a stage will need what nobody tells: the VMs of all nodes, one of which is down. */
export const checkUnread = onNode((wanted, node) => {
  const unread = unreadNodes(node.guests.filter(({ kind, isLost }) => kind === 'qemu' && isLost === true));
  const need = needOf(wanted, node);
  if (need === undefined || unread.length === 0) return [];
  const [subject, what] = need;
  const vms = unread.map(({ node: name, vmids }) => `VM ${vmids.join(', VM ')} on ${name}`).join(' and ');
  return [
    problem(
      'PVE-NODE-014',
      subject,
      `${what} needs a look at all VMs, and of ${vms}: ${UNTOLD}`,
      START_OR_SSH,
    ),
  ];
});

function needOf(wanted: Wanted, node: Node): readonly [Subject, string] | undefined {
  const isThere = ownConfig(wanted, node) !== undefined;
  if (wanted.vm_state === 'absent') return isThere ? ['vm_state', 'a removal'] : undefined;
  const values = ownValues(wanted, node);
  if (hasDataDisks(wanted) && Object.keys(wanted.vm_data_disks ?? {}).some(slot => !values.has(slot)))
    return ['vm_data_disks', 'a data disk that is to be attached'];
  // Whether the image is another one may be known only when it is there.
  return isReplacing(wanted) && wanted.vm_replace === 'always' && isThere
    ? ['vm_replace', 'a replacement']
    : undefined;
}
