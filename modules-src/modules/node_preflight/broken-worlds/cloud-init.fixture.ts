import { firstClone, PUBLIC_KEY, type BrokenWorld } from './world.fixture.ts';

const fromFile = { vm_cloud_init_ssh_keys: [], vm_cloud_init_ssh_keys_file: '/root/keys' };

export const cloudInitWorlds: readonly BrokenWorld[] = [
  {
    title: 'keys that are none',
    codes: ['PVE-CI-001', 'PVE-CI-001'],
    wanted: { vm_cloud_init_ssh_keys: ['ssh-rsa AAAA...xxxxx', 'me@example.com', PUBLIC_KEY] },
  },
  {
    title: 'a private key, line by line',
    codes: ['PVE-CI-001'],
    wanted: { vm_cloud_init_ssh_keys: ['-----BEGIN OPENSSH PRIVATE KEY-----', 'c2VjcmV0'] },
  },
  {
    title: 'a key of a clone that is none',
    codes: ['PVE-CI-001'],
    wanted: firstClone({ ssh_keys: ['me@example.com'] }),
  },
  {
    title: 'a file of keys that does not exist',
    codes: ['PVE-CI-002'],
    wanted: fromFile,
    node: { keyFile: { state: 'missing' } },
  },
  {
    title: 'a file of keys that is a directory',
    codes: ['PVE-CI-003'],
    wanted: fromFile,
    node: { keyFile: { state: 'unreadable' } },
  },
  {
    title: 'a file of keys that is empty',
    codes: ['PVE-CI-003'],
    wanted: fromFile,
    node: { keyFile: { state: 'read', keys: [] } },
  },
  {
    title: 'a file of something else',
    codes: ['PVE-CI-001'],
    wanted: fromFile,
    node: { keyFile: { state: 'read', keys: ['root:x:0:0'] } },
  },
  {
    title: 'a file of keys',
    codes: [],
    wanted: fromFile,
    node: { keyFile: { state: 'read', keys: [PUBLIC_KEY] } },
  },
  { title: 'neither key nor password', codes: ['PVE-CI-004'], wanted: { vm_cloud_init_ssh_keys: [] } },
  {
    title: 'a password alone',
    codes: [],
    wanted: { vm_cloud_init_ssh_keys: [], vm_cloud_init_password: 'secret' },
  },
  {
    title: 'user data that is a script',
    codes: ['PVE-CI-012'],
    wanted: { vm_cloud_init_user_data: '#!/bin/sh\necho hello\n' },
  },
  {
    title: 'user data that is a word',
    codes: ['PVE-CI-005'],
    wanted: { vm_cloud_init_user_data: 'hello' },
  },
  {
    title: 'a hash as password of a Windows guest',
    codes: ['PVE-CI-006'],
    wanted: { vm_ostype: 'win11', vm_cloud_init_password: '$5$salt$hash' },
  },
  {
    title: 'vendor data that is a list',
    codes: ['PVE-CI-005'],
    wanted: { vm_cloud_init_vendor_data: '#cloud-config\n- git\n' },
  },
  {
    title: 'a script as vendor data that nothing is merged into',
    codes: [],
    wanted: { vm_cloud_init_vendor_data: '#!/bin/sh\n', vm_cloud_init_install_agent: false },
  },
  {
    title: 'cloud-config, in its usual forms',
    codes: [],
    wanted: {
      vm_cloud_init_user_data: '#cloud-config\n---\n# mine\n"packages":\n  - git\n',
      vm_cloud_init_vendor_data: '#cloud-config\n{"packages": ["git"]}',
    },
  },
  {
    title: 'cloud-config without its header',
    codes: ['PVE-CI-010', 'PVE-CI-010'],
    wanted: { vm_cloud_init_user_data: 'packages: [git]\n', vm_cloud_init_vendor_data: '# mine\nntp: {}\n' },
  },
  {
    title: 'a file of a snippet that is nowhere',
    codes: ['PVE-CI-011'],
    wanted: { vm_cloud_init_network_data_file: '/root/network.yml' },
  },
  {
    title: 'snippets, a hook and a disc that their storages do not have',
    codes: ['PVE-STO-016', 'PVE-STO-016', 'PVE-STO-016'],
    wanted: {
      vm_cloud_init_user_snippet: 'local:snippets/user.yaml',
      vm_hookscript: 'local:snippets/hook.pl',
      vm_disks: { ide2: 'local:iso/x.iso,media=cdrom' },
    },
    node: { missingFiles: ['local:snippets/user.yaml', 'local:snippets/hook.pl', 'local:iso/x.iso'] },
  },
  {
    title: 'a comment among the keys',
    codes: [],
    wanted: { vm_cloud_init_ssh_keys: [`# mine\n${PUBLIC_KEY}\n`] },
  },
  { title: 'a yescrypt hash', codes: ['PVE-CI-006'], wanted: { vm_cloud_init_password: '$y$j9T$salt$hash' } },
  { title: 'a password of two lines', codes: ['PVE-CI-006'], wanted: { vm_cloud_init_password: 'a\nb' } },
  {
    title: 'an address of a network device that is not there',
    codes: ['PVE-CI-007'],
    wanted: { vm_cloud_init_networks: { net1: 'ip=10.0.0.5/24' } },
  },
  {
    title: 'a search domain that is none',
    codes: ['PVE-CI-009'],
    wanted: { vm_cloud_init_domain: ['example.com', 'exa_mple..com'] },
  },
  {
    title: 'settings of cloud-init that count for nothing',
    codes: [],
    wanted: {
      vm_cloud_init_enabled: false,
      vm_cloud_init_ssh_keys: ['nonsense'],
      vm_cloud_init_gw: undefined,
      vm_create_clones: false,
    },
  },
];
