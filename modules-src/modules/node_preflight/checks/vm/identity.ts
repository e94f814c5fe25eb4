import { isAbandoned } from '../../../../pve/vms/begun.ts';
import type { VmRecord } from '../../../../pve/vms/guest.ts';
import { readMarker } from '../../../../pve/vms/marker.ts';
import type { Identity } from '../../../../pve/vms/ownership.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { onNode, problem, variableOf } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import { isRotating } from '../../wishes.ts';
import type { Node } from '../../world.ts';
import { cleanUpAdvice, lockOf, namedAs, occupantOf, unlockAdvice } from './occupant.ts';

/** Whether the VMID is free, or that of our VM on the node that is meant. */
export const checkIdentity = onNode((wanted, node, machine) => {
  const { vm_vmid: vmid, vm_name: name, vm_node: wantedNode } = wanted;
  const record = vmid === undefined ? undefined : node.records.get(vmid);
  if (vmid === undefined || name === undefined) return [];
  const away = lostOwner({ vmid, name }, record, node);
  if (away !== undefined) return [isAway({ vmid, name }, away)];
  if (record === undefined) return [];
  const older = olderGeneration(wanted, record);
  return older === undefined ? occupied({ vmid, name }, wantedNode ?? machine.name, record) : [older];
});

/** The node that is down and has the VM; by the API nobody tells more of it. */
function lostOwner(
  { vmid, name }: Identity,
  record: VmRecord | undefined,
  { guests, lost }: Node,
): string | undefined {
  if (record !== undefined && record.config.get('name') !== name) return undefined;
  const owner = guests.find(guest => guest.vmid === vmid)?.node;
  return owner !== undefined && lost.includes(owner) ? owner : undefined;
}

const isAway = ({ vmid, name }: Identity, node: string): Problem =>
  problem(
    'PVE-NODE-013',
    'vm_node',
    `VM ${vmid} (${name}) is on node ${node}, which is down, as the cluster tells`,
    `start ${node}, and run the play again`,
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

/** A template that has given its name away has the VMID of the variables still: another VMID would make a second one. */
function olderGeneration(wanted: Wanted, record: VmRecord): Problem | undefined {
  const { vm_name: family } = wanted;
  const { vmid, node, config } = record;
  const name = config.get('name') ?? '';
  const generation = readMarker(config.get('description'), vmid)?.generation;
  if (generation === undefined || generation.family !== family || name === family) return undefined;
  const number = `generation ${generation.number} of the template ${family}`;
  const ways = [
    ...(isRotating(wanted) || wanted.vm_state === 'absent'
      ? []
      : [`set ${variableOf('vm_template_rotate')}: true`]),
    `set ${variableOf('vm_vmid')} to that of the generation that is named ${family} now`,
    `set ${variableOf('vm_name')}: ${name} if this one is meant`,
  ];
  return problem(
    'PVE-VM-001',
    'vm_vmid',
    `VM ${vmid} on node ${node} ${namedAs(record)}, and is ${number}`,
    ways.join(', or '),
  );
}

function otherVmid({ config }: VmRecord): string {
  const name = config.get('name');
  return `set ${variableOf('vm_vmid')} to another VMID${name === undefined ? '' : `, or ${variableOf('vm_name')}: ${name} if that VM is meant`}`;
}
