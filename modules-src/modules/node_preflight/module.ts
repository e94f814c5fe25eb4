import { vmLock } from '../../pve/vms/ownership.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { observeWorld, WORLD_ASKS } from './observe.ts';
import { params } from './params.ts';
import { judge, preflightNotices, preflightReport } from './plan.ts';
import { wantedClones } from './wishes.ts';

export default defineModule({
  name: 'node_preflight',
  summary: 'Check a Proxmox VE node and every setting before anything is touched',
  description: [
    'Runs on the Proxmox VE node that is to own the VM, and only reads.',
    'Reports all problems at once, each with a code, the variable, what was found and the way out.',
    'Starts no program of Proxmox VE: what it knows it reads from files.',
    'Its parameters are the variables of the role without their prefix C(proxmox_).',
  ],
  params,
  reportsProblems: true,
  examples: `
- name: Check the node and the settings of a VM
  node_preflight:
    vm_vmid: 200
    vm_name: ubuntu-cloud-vm
    vm_node: pve01
    disk_storage: local-lvm
    vm_networks:
      net0: virtio,bridge=vmbr0
`,
  returns: {
    problems: {
      description: 'Every problem that stands in the way.',
      type: 'list',
      elements: 'dict',
      returned: 'when there are any',
      sample: [
        {
          code: 'PVE-STO-001',
          variable: 'proxmox_disk_storage',
          message: 'there is no storage "local-zfs"',
          fix: 'set it to one that holds disk images: local-lvm, local',
        },
      ],
    },
    permissions: {
      description: 'Commands for root on a node that give an API token what it needs.',
      type: 'list',
      elements: 'str',
      returned: 'when asked for',
      sample: [
        'pveum role add AnsibleVM',
        'pveum role modify AnsibleVM --append 1 --privs VM.Allocate,VM.Audit',
      ],
    },
    node: { description: 'Name of the node.', type: 'str', returned: 'success', sample: 'pve01' },
    pve_version: {
      description: 'Version of Proxmox VE.',
      type: 'str',
      returned: 'success',
      sample: '9.2.11',
    },
    vmid: { description: 'VMID of the VM.', type: 'int', returned: 'when it is known', sample: 200 },
    name: { description: 'Its name.', type: 'str', returned: 'success', sample: 'ubuntu-cloud-vm' },
    vm_node: {
      description: 'Node that the VM is on, or is to be on.',
      type: 'str',
      returned: 'success',
      sample: 'pve01',
    },
    vm_exists: { description: 'Whether the VM exists.', type: 'bool', returned: 'success', sample: false },
    vm_is_template: {
      description: 'Whether the VM is a template.',
      type: 'bool',
      returned: 'success',
      sample: false,
    },
    settled: {
      description: [
        'What the modules of the stages would answer, by their names, as far as they would do nothing and nothing before them does something.',
        'They need not run.',
      ].join(' '),
      type: 'dict',
      returned: 'success',
    },
    idle: {
      description: 'Stages of the role of which no module would do anything.',
      type: 'list',
      elements: 'str',
      returned: 'success',
      sample: ['download-image', 'configure-vm'],
    },
    storage: {
      description: 'Storage of the disks: its name, its type, and the bytes free where files can tell.',
      type: 'dict',
      returned: 'success',
      sample: { id: 'local-lvm', type: 'lvmthin' },
    },
  },
  // Another run may be in the middle of making them.
  locks: wanted =>
    [wanted.vm_vmid, ...wantedClones(wanted).map(clone => clone.vmid)].flatMap(vmid =>
      vmid === undefined ? [] : [vmLock({ vmid })],
    ),
  asks: WORLD_ASKS,
  performs: [],
  observe: observeWorld,
  plan: judge,
  notices: preflightNotices,
  report: preflightReport,
});
