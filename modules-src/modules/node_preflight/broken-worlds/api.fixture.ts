import type { Problem } from '../../../sdk/define-module.ts';
import type { Wanted } from '../params.ts';
import type { Access } from '../world.ts';
import type { Code } from '../codes.ts';
import { storages, type BrokenWorld } from './world.fixture.ts';

const BY_TOKEN = {
  api_host: 'pve.example.com',
  api_token_id: 'ansible@pve!role',
  play_variables: ['proxmox_api_host', 'proxmox_api_token_id'],
  vm_serial: true,
  vm_cloud_init_install_agent: false,
} as const;

const VM = [
  ...['Allocate', 'Audit', 'Clone', 'PowerMgmt'],
  ...['CDROM', 'CPU', 'Cloudinit', 'Disk', 'HWType', 'Memory', 'Network', 'Options'].map(
    kind => `Config.${kind}`,
  ),
].map(name => `VM.${name}`);
const OTHERS = ['Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'SDN.Use', 'Mapping.Use'];

const having = (...names: readonly string[]): Access => ({
  held: new Map([['/', new Map(names.map(name => [name, true]))]]),
  roles: [],
});

/** A token with all that images, templates and clones need. */
const ENOUGH = having(...VM, ...OTHERS);

interface RootOnlyWish {
  readonly title: string;
  readonly wish: Partial<Wanted>;
  readonly variable: string;
  /** How the way out begins, and the setting that it says. */
  readonly instead: string;
  readonly mended: Partial<Wanted>;
}

const NOTHING = 'leave it out';
const MAPPING = 'write `mapping=NAME`';
const VOLUME = 'write a volume';

/** All that docs/api.md lists. */
export const ROOT_ONLY_WISHES: readonly RootOnlyWish[] = [
  {
    title: 'a hook script',
    wish: { vm_hookscript: 'local:snippets/x.pl' },
    variable: 'proxmox_vm_hookscript',
    instead: NOTHING,
    mended: { vm_hookscript: undefined },
  },
  {
    title: 'an architecture',
    wish: { vm_arch: 'x86_64' },
    variable: 'proxmox_vm_arch',
    instead: NOTHING,
    mended: { vm_arch: undefined },
  },
  {
    title: 'a PCI device by its address',
    wish: { vm_gpu: [{ id: '0000:01:00.0' }] },
    variable: 'proxmox_vm_gpu[0]',
    instead: MAPPING,
    mended: { vm_gpu: [{ mapping: 'gpu' }] },
  },
  {
    title: 'a disk by its path',
    wish: { vm_disks: { scsi1: '/dev/sdb' } },
    variable: 'proxmox_vm_disks.scsi1',
    instead: VOLUME,
    mended: { vm_disks: { scsi1: 'local-lvm:1' } },
  },
  ...(
    [
      ['args', '-device x', NOTHING, undefined],
      ['affinity', '0-1', NOTHING, undefined],
      ['ivshmem', 'size=1', NOTHING, undefined],
      ['parallel0', '/dev/parport0', NOTHING, undefined],
      ['serial1', '/dev/ttyS0', 'write `socket`', 'socket'],
      ['usb0', 'host=1-1', MAPPING, 'mapping=key'],
      ['virtio9', '/dev/sdb', VOLUME, 'local-lvm:1'],
    ] as const
  ).map(([option, value, instead, better]): RootOnlyWish => ({
    title: `${option} of ${value}`,
    wish: { vm_extra_config: { [option]: value } },
    variable: `proxmox_vm_extra_config.${option}`,
    instead,
    mended: { vm_extra_config: better === undefined ? {} : { [option]: better } },
  })),
];

const trouble = (code: Code, variable: string): readonly Problem[] => [
  { code, variable, message: 'is what the door says of it', fix: 'do what the door says' },
];

/** Images are kept where they can be imported from. */
const STORAGES = storages(
  'dir: local\n\tpath /var/lib/vz\n\tcontent import,iso,vztmpl,snippets,images\n\nlvmthin: local-lvm\n\tcontent rootdir,images\n',
);

const withoutContent = (kind: string): typeof STORAGES =>
  STORAGES.map(one => ({ ...one, content: one.content.filter(name => name !== kind) }));

const TEXT = { vm_cloud_init_vendor_data: '#cloud-config\n{}\n' } as const;

const byApi = (world: BrokenWorld): BrokenWorld =>
  world.node === 'none' ? world : { ...world, node: { storages: STORAGES, ...world.node } };

const someWorlds: readonly BrokenWorld[] = [
  { title: 'a token that may all that is needed', codes: [], wanted: BY_TOKEN, access: ENOUGH },
  ...(
    [
      ['an API that nobody answers for', 'PVE-API-001', 'proxmox_api_host'],
      ['a certificate that nobody vouches for', 'PVE-API-002', 'proxmox_api_fingerprint'],
      ['a token that is not taken', 'PVE-API-003', 'proxmox_api_token_id'],
      ['a certificate of another time', 'PVE-API-006', 'proxmox_api_host'],
      ['a node that is down', 'PVE-NODE-013', 'proxmox_vm_node'],
    ] as const
  ).map(([title, code, variable]): BrokenWorld => ({
    title,
    codes: [code],
    wanted: BY_TOKEN,
    node: 'none',
    troubles: trouble(code, variable),
  })),
  {
    title: 'an API that nobody answers for, and a value that is malformed besides',
    codes: ['PVE-API-001', 'PVE-VAR-001'],
    wanted: { ...BY_TOKEN, play_variables: ['proxmox_vm_memroy'] },
    node: 'none',
    troubles: trouble('PVE-API-001', 'proxmox_api_host'),
  },
  ...[...VM, 'Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'SDN.Use'].map(
    (taken): BrokenWorld => ({
      title: `a token without ${taken}`,
      codes: ['PVE-API-004'],
      wanted: BY_TOKEN,
      access: having(...[...VM, ...OTHERS].filter(name => name !== taken)),
    }),
  ),
  ...[{}, TEXT, { cloud_image_cache_dir: 'nas', disk_storage: 'nas' }].map((wish, index): BrokenWorld => ({
    title: `a token that is shown no storage (${index})`,
    codes: ['PVE-API-004'],
    wanted: { ...BY_TOKEN, ...wish },
    access: having(...VM, 'SDN.Use', 'Mapping.Use'),
    node: { storages: [] },
  })),
  {
    title: 'a token that may not even look',
    codes: ['PVE-API-004'],
    wanted: BY_TOKEN,
    node: 'none',
    access: having(),
  },
  ...ROOT_ONLY_WISHES.map(({ title, wish }): BrokenWorld => ({
    title: `${title} by a token`,
    codes: ['PVE-API-005'],
    wanted: { ...BY_TOKEN, ...wish },
    access: ENOUGH,
  })),
  {
    title:
      'a text, and a guest agent that is to be installed, by a token that may what a drive of our own needs',
    codes: [],
    wanted: { ...BY_TOKEN, ...TEXT, vm_cloud_init_install_agent: true },
    access: having(...VM, ...OTHERS, 'Datastore.Allocate'),
  },
  {
    title: 'a text by a token that may not remove its drive',
    codes: ['PVE-API-004'],
    wanted: { ...BY_TOKEN, ...TEXT },
    access: ENOUGH,
  },
  {
    title: 'a text by a token, for PVE’s drive',
    codes: ['PVE-API-007'],
    wanted: { ...BY_TOKEN, ...TEXT, vm_cloud_init_drive: 'pve' },
    access: ENOUGH,
  },
  {
    title: 'a text by a token, beside a snippet that only Proxmox VE reads',
    codes: ['PVE-API-007'],
    wanted: { ...BY_TOKEN, ...TEXT, vm_cloud_init_user_snippet: 'local:snippets/user.yaml' },
    access: having(...VM, ...OTHERS, 'Datastore.Allocate'),
  },
  {
    title: 'a guest agent that is to be installed, by a token, for PVE’s drive',
    codes: ['PVE-CI-008'],
    wanted: { ...BY_TOKEN, vm_cloud_init_install_agent: true, vm_cloud_init_drive: 'pve' },
    access: ENOUGH,
  },
  {
    title: 'no storage for a drive of our own',
    codes: ['PVE-STO-015'],
    wanted: { ...BY_TOKEN, ...TEXT },
    access: having(...VM, ...OTHERS, 'Datastore.Allocate'),
    node: { storages: withoutContent('iso') },
  },
  {
    title: 'no storage for the drive that would let the guest agent be installed',
    codes: ['PVE-CI-008'],
    wanted: { ...BY_TOKEN, vm_cloud_init_install_agent: true },
    access: having(...VM, ...OTHERS, 'Datastore.Allocate'),
    node: { storages: withoutContent('iso') },
  },
  {
    title: 'bridges that the token is not told of',
    codes: [],
    wanted: BY_TOKEN,
    access: ENOUGH,
    node: { bridges: new Map() },
  },
  {
    title: 'no storage for images of the API',
    codes: ['PVE-STO-013'],
    wanted: BY_TOKEN,
    access: ENOUGH,
    node: { storages: withoutContent('import') },
  },
];

/** By the API, as test/api/preflight.test.ts meets them for real. */
export const apiWorlds = someWorlds.map(byApi);
