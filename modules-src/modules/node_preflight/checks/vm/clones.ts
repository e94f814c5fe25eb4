import { isAbandoned } from '../../../../pve/vms/begun.ts';
import { vmidTwin } from '../../../../pve/vms/vmids/twin.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { isMalformed, onNode, problem, type Check, variableOf } from '../../check.ts';
import type { Clone, Wanted } from '../../params.ts';
import { isOwnTemplate, wantedClones } from '../../wishes.ts';
import type { Node } from '../../world.ts';
import { cleanUpAdvice, lockOf, namedAs, occupantOf, unlockAdvice } from './occupant.ts';

/** The list for itself: VMIDs, names, and whether there is one. */
export const checkCloneList: Check = (wanted, world) => {
  const clones = wantedClones(wanted);
  const isForgotten =
    wanted.vm_create_clones === true &&
    wanted.vm_state !== 'absent' &&
    clones.length === 0 &&
    !isMalformed(world, 'vm_clones');
  return [
    ...(isForgotten ? [nothingToMake] : []),
    ...clones.flatMap((clone, index) => [
      ...vmidProblem(index, wanted),
      ...nameTwin(clone, index, wanted),
      ...lostStorage(clone, index, wanted),
      ...lostVmid(clone, index, wanted),
    ]),
  ];
};

const nothingToMake = problem(
  'PVE-CLONE-007',
  'vm_clones',
  `is empty, and ${variableOf('vm_create_clones')} is on`,
  'list the clones, or turn it off',
);

function vmidProblem(index: number, wanted: Wanted): Problem[] {
  const twin = vmidTwin(wantedClones(wanted), index, { vmid: wanted.vm_vmid, name: wanted.vm_name });
  if (twin === undefined) return [];
  const code = twin.isOfVm ? 'PVE-CLONE-002' : 'PVE-CLONE-001';
  return [problem(code, `vm_clones[${index}].vmid`, twin.says, 'give the clone a VMID of its own')];
}

/** Host names are the same in any case. */
function nameTwin({ name }: Clone, index: number, wanted: Wanted): Problem[] {
  const names = wantedClones(wanted).map(clone => clone.name.toLowerCase());
  const isVm = wanted.vm_name?.toLowerCase() === name.toLowerCase();
  if (!isVm && names.indexOf(name.toLowerCase()) === index) return [];
  const message = `${name} is the name of ${isVm ? 'the VM itself' : 'another clone'}, too`;
  return [problem('PVE-CLONE-005', `vm_clones[${index}].name`, message, 'give each its own name')];
}

function lostVmid({ vmid, name }: Clone, index: number, wanted: Wanted): Problem[] {
  if (vmid !== undefined || wanted.vm_clone_vmid_range !== undefined) return [];
  const subject = `vm_clones[${index}].vmid` as const;
  const fix = `give it a VMID, or all clones a range: ${variableOf('vm_clone_vmid_range')}: 300-399`;
  return [problem('PVE-CLONE-014', subject, `clone ${name} has no VMID`, fix)];
}

function lostStorage({ full, storage, node }: Clone, index: number, { vm_node: home }: Wanted): Problem[] {
  // On another node, it becomes a full copy where it cannot be linked.
  if (full || storage === undefined || (node !== undefined && node !== home)) return [];
  const message = `${storage} is ignored: a linked clone stands on its template’s disks`;
  return [problem('PVE-CLONE-009', `vm_clones[${index}].storage`, message, 'remove it, or set full: true')];
}

/** Whether their VMIDs are free or theirs, and whether there is something to clone. */
export const checkClones = onNode((wanted, node, { name }) => {
  const home = wanted.vm_node ?? name;
  return [
    ...wantedClones(wanted).flatMap((clone, index) => [
      ...(clone.node === undefined || node.nodes.includes(clone.node) ? [] : [nowhere(clone, index, node)]),
      ...taken(clone, index, clone.node ?? home, node),
    ]),
    // Without its VMID and name nothing is known of the VM.
    ...(wanted.vm_vmid === undefined || wanted.vm_name === undefined ? [] : missingTemplate(wanted, node)),
  ];
});

const nowhere = ({ node }: Clone, index: number, { nodes }: Node): Problem =>
  problem(
    'PVE-CLONE-008',
    `vm_clones[${index}].node`,
    `the cluster has no node ${node ?? ''}`,
    `take one of ${nodes.join(', ')}, or leave it out for the template’s own`,
  );

function taken(clone: Clone, index: number, home: string, { records }: Node): Problem[] {
  const { vmid, name } = clone;
  const record = vmid === undefined ? undefined : records.get(vmid);
  const subject = `vm_clones[${index}].vmid` as const;
  // What our own clone has left, the next one removes.
  if (vmid === undefined || record === undefined || isAbandoned({ vmid, name }, record)) return [];
  switch (occupantOf({ vmid, name }, home, record)) {
    case 'container':
      return [
        problem(
          'PVE-CLONE-004',
          subject,
          `${vmid} is the VMID of a container on node ${record.node}`,
          'choose another VMID',
        ),
      ];
    case 'other name':
      return [
        problem(
          'PVE-CLONE-003',
          subject,
          `VM ${vmid} on node ${record.node} ${namedAs(record)}, not "${name}"`,
          'choose another VMID',
        ),
      ];
    case 'other node':
      return [
        problem(
          'PVE-CLONE-012',
          subject,
          `${name} (${vmid}) is on node ${record.node}, not on ${home}; it is left alone`,
          `move it there with \`ssh ${record.node} qm migrate ${vmid} ${home}\`, or take it out of the list`,
        ),
      ];
    case 'unfinished':
      return [
        problem('PVE-CLONE-010', subject, `${name} (${vmid}) ${lockOf(record)}`, cleanUpAdvice(record)),
      ];
    case 'busy':
      return [problem('PVE-CLONE-011', subject, `${name} (${vmid}) ${lockOf(record)}`, unlockAdvice(record))];
    case 'nobody':
    case 'ours':
      return [];
  }
}

/** A clone that is there already needs no template any more. */
function missingTemplate(wanted: Wanted, node: Node): Problem[] {
  const isLinked = wantedClones(wanted).some(
    ({ full, vmid }) => !full && (vmid === undefined || !node.records.has(vmid)),
  );
  if (!isLinked || wanted.vm_make_template === true || isOwnTemplate(wanted, node)) return [];
  return [
    problem(
      'PVE-CLONE-006',
      'vm_create_clones',
      `VM ${wanted.vm_vmid ?? ''} (${wanted.vm_name ?? ''}) is no template, and linked clones need one`,
      `set ${variableOf('vm_make_template')}: true, or full: true for each clone`,
    ),
  ];
}
