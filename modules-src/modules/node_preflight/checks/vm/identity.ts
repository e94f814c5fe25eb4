import { isAbandoned } from '../../../../pve/vms/begun.ts';
import type { VmRecord } from '../../../../pve/vms/guest.ts';
import type { Identity } from '../../../../pve/vms/ownership.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { onNode, problem, variableOf } from '../../check.ts';
import { cleanUpAdvice, lockOf, namedAs, occupantOf, unlockAdvice } from './occupant.ts';

/** Whether the VMID is free, or that of our VM on the node that is meant. */
export const checkIdentity = onNode(
  ({ vm_vmid: vmid, vm_name: name, vm_node: wantedNode }, node, machine) => {
    const record = vmid === undefined ? undefined : node.records.get(vmid);
    if (vmid === undefined || name === undefined || record === undefined) return [];
    return occupied({ vmid, name }, wantedNode ?? machine.name, record);
  },
);

function occupied(identity: Identity, node: string, record: VmRecord): Problem[] {
  const { vmid, name } = identity;
  // What our own creation has left, the next one removes.
  if (isAbandoned(identity, record)) return [];
  switch (occupantOf(identity, node, record)) {
    case 'container':
      return [
        problem(
          'PVE-VM-002',
          'vm_vmid',
          `${vmid} is the VMID of a container on node ${record.node}`,
          `set ${variableOf('vm_vmid')} to another VMID`,
        ),
      ];
    case 'other name':
      return [
        problem(
          'PVE-VM-001',
          'vm_vmid',
          `VM ${vmid} on node ${record.node} ${namedAs(record)}, not "${name}"`,
          otherVmid(record),
        ),
      ];
    case 'other node':
      return [
        problem(
          'PVE-VM-003',
          'vm_node',
          `VM ${vmid} (${name}) is on node ${record.node}, not on ${node}`,
          `set ${variableOf('vm_node')}: ${record.node}, or move it there with \`ssh ${record.node} qm migrate ${vmid} ${node}\``,
        ),
      ];
    case 'unfinished':
      return [
        problem('PVE-VM-004', 'vm_vmid', `VM ${vmid} (${name}) ${lockOf(record)}`, cleanUpAdvice(record)),
      ];
    case 'busy':
      return [
        problem('PVE-VM-021', 'vm_vmid', `VM ${vmid} (${name}) ${lockOf(record)}`, unlockAdvice(record)),
      ];
    case 'nobody':
    case 'ours':
      return [];
  }
}

function otherVmid({ config }: VmRecord): string {
  const name = config.get('name');
  return `set ${variableOf('vm_vmid')} to another VMID${name === undefined ? '' : `, or ${variableOf('vm_name')}: ${name} if that VM is meant`}`;
}
