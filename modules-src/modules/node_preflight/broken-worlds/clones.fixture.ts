import { firstClone, goodWanted, qemu, withGuests, type BrokenWorld } from './world.fixture.ts';

const [first, second] = goodWanted.vm_clones ?? [];
const dhcp = { ip: undefined };

export const cloneWorlds: readonly BrokenWorld[] = [
  {
    title: 'our clones',
    codes: [],
    node: withGuests(qemu(301, 'name: web-01\n'), qemu(302, 'name: web-02\n')),
  },
  { title: 'a VMID that stands twice', codes: ['PVE-CLONE-001'], wanted: firstClone({ vmid: 302 }) },
  { title: 'the VMID of the VM', codes: ['PVE-CLONE-002'], wanted: firstClone({ vmid: 9000 }) },
  {
    title: 'a clone’s VMID of another VM',
    codes: ['PVE-CLONE-003'],
    node: withGuests(qemu(301, 'name: billing\n')),
  },
  {
    title: 'a clone’s VMID of a container',
    codes: ['PVE-CLONE-004'],
    node: withGuests({ vmid: 301, node: 'pve01', kind: 'lxc', config: '' }),
  },
  { title: 'a name that stands twice', codes: ['PVE-CLONE-005'], wanted: firstClone({ name: 'WEB-02' }) },
  { title: 'the name of the VM', codes: ['PVE-CLONE-005'], wanted: firstClone({ name: 'ubuntu-24.04' }) },
  { title: 'linked clones of a VM', codes: ['PVE-CLONE-006'], wanted: { vm_make_template: false } },
  {
    title: 'full copies of a VM',
    codes: [],
    wanted: { vm_make_template: false, ...firstClone({ full: true }) },
  },
  {
    title: 'linked clones of a template that is there',
    codes: [],
    wanted: { vm_make_template: false },
    node: withGuests(qemu(9000, 'name: ubuntu-24.04\ntemplate: 1\nscsi0: x:base\n')),
  },
  { title: 'no clones in the list', codes: ['PVE-CLONE-007'], wanted: { vm_clones: [] } },
  {
    title: 'no clones of a VM that is to go',
    codes: [],
    wanted: { vm_clones: [], vm_state: 'absent', vm_confirm_delete: 'ubuntu-24.04' },
  },
  {
    title: 'clones that are switched off',
    codes: [],
    wanted: { vm_create_clones: false, ...firstClone({ vmid: 9000 }) },
  },
  { title: 'a clone for another node', codes: [], wanted: firstClone({ node: 'pve02' }) },
  { title: 'a clone for no node', codes: ['PVE-CLONE-008'], wanted: firstClone({ node: 'pve09' }) },
  { title: 'a clone without a VMID', codes: ['PVE-CLONE-014'], wanted: firstClone({ vmid: undefined }) },
  {
    title: 'a clone without a VMID, and a range',
    codes: [],
    wanted: { ...firstClone({ vmid: undefined }), vm_clone_vmid_range: '300-310' },
  },
  {
    title: 'a clone that is on another node',
    codes: ['PVE-CLONE-012'],
    node: withGuests(qemu(301, 'name: web-01\n', 'pve02')),
  },
  {
    title: 'a linked clone with a storage',
    codes: ['PVE-CLONE-009'],
    wanted: firstClone({ storage: 'local-lvm' }),
  },
  {
    title: 'a clone that is being backed up',
    codes: ['PVE-CLONE-011'],
    node: withGuests(qemu(301, 'name: web-01\nlock: backup\n')),
  },
  {
    title: 'a clone that an earlier run left unfinished',
    codes: ['PVE-CLONE-010'],
    node: withGuests(qemu(301, 'name: web-01\nlock: clone\n')),
  },
  {
    title: 'a clone that died before it had its name',
    codes: ['PVE-CLONE-010'],
    node: withGuests(qemu(301, 'lock: clone\n')),
  },
  {
    title: 'a clone’s name that another guest has',
    codes: ['PVE-CLONE-013'],
    node: {
      guests: [{ vmid: 555, node: 'pve02', kind: 'qemu' }],
      guestNames: new Map([[555, 'web-01']]),
    },
  },
  {
    title: 'many problems at once',
    codes: ['PVE-STO-001', 'PVE-NET-002', 'PVE-CLONE-001', 'PVE-CLONE-003'],
    wanted: {
      disk_storage: 'nowhere',
      vm_cloud_init_gw: undefined,
      vm_clones:
        first === undefined || second === undefined
          ? []
          : [
              { ...first, ...dhcp },
              { ...second, vmid: 301 },
            ],
    },
    node: withGuests(qemu(301, 'name: web-01\n')),
  },
];
