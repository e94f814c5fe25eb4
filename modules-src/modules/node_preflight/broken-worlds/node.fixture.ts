import type { BrokenWorld } from './world.fixture.ts';

export const nodeWorlds: readonly BrokenWorld[] = [
  {
    title: 'another machine, such as the controller',
    codes: ['PVE-NODE-001'],
    machine: {
      name: 'laptop',
      clusterFiles: 'absent',
      qm: undefined,
      versions: { manager: undefined, qemuServer: undefined },
    },
    node: 'none',
  },
  {
    title: 'a node whose cluster file system does not run',
    codes: ['PVE-NODE-002'],
    machine: { clusterFiles: 'unmounted' },
    node: 'none',
  },
  { title: 'another node of the cluster', codes: ['PVE-NODE-003'], wanted: { vm_node: 'pve02' } },
  { title: 'a node that does not exist', codes: ['PVE-NODE-004'], wanted: { vm_node: 'pve1' } },
  { title: 'a user who is not root', codes: ['PVE-NODE-005'], machine: { isRoot: false }, node: 'none' },
  {
    title: 'no qm',
    codes: ['PVE-NODE-006'],
    machine: { qm: undefined, versions: { manager: '9.2.11', qemuServer: undefined } },
  },
  {
    title: 'qm of a version that cannot be read',
    codes: ['PVE-NODE-007'],
    machine: { versions: { manager: '9.2.11', qemuServer: undefined } },
  },
  {
    title: 'Proxmox VE of a version that makes no sense',
    codes: ['PVE-NODE-007'],
    machine: { versions: { manager: 'git', qemuServer: '9.2.6' } },
  },
  {
    title: 'Proxmox VE 7',
    codes: ['PVE-NODE-008'],
    machine: { versions: { manager: '7.4-17', qemuServer: '7.4-4' } },
  },
  {
    title: 'an older Proxmox VE 8',
    codes: ['PVE-NODE-009'],
    machine: { versions: { manager: '8.2.4', qemuServer: '8.2.6' } },
  },
  { title: 'a cluster without quorum', codes: ['PVE-NODE-010'], node: { isQuorate: false } },
  { title: 'no KVM', codes: ['PVE-NODE-011'], machine: { hasKvm: false } },
  {
    title: 'no KVM, and a VM that is to be emulated',
    codes: [],
    machine: { hasKvm: false },
    wanted: { vm_extra_config: { kvm: 0 } },
  },
  { title: 'an old Node.js', codes: ['PVE-NODE-012'], machine: { nodejs: 'v16.20.2' } },
  { title: 'a node that cannot tell about its quorum', codes: [], node: { isQuorate: undefined } },
];
