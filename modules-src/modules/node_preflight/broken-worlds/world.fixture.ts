import { MACHINE } from '../../../pve/vms/fixtures/memory-cluster.ts';
import { wordedFor } from '../../../sdk/option-name.ts';
import { roleVariables } from '../role-variables.ts';
import type { GuestEntry } from '../../../sdk/readings.ts';
import type { VmRecord } from '../../../pve/vms/guest.ts';
import { parseStorageConfig } from '../../../pve/text/storage-config.ts';
import { parseVmConfig } from '../../../pve/text/vm-config.ts';
import type { MachineFacts } from '../../../sdk/facts.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { NO_MACHINE } from '../api/observe.ts';
import type { Code } from '../codes.ts';
import type { Wanted } from '../params.ts';
import type { Access, Node, World } from '../world.ts';

/** A world with one fault, or what belongs together, and exactly the codes that preflight must answer with. */
export interface BrokenWorld {
  readonly title: string;
  readonly codes: readonly Code[];
  readonly wanted?: Partial<Wanted>;
  readonly machine?: Partial<MachineFacts>;
  /** `none`: what a user who is not root sees, or a machine without Proxmox VE. */
  readonly node?: Partial<Node> | 'none';
  readonly malformed?: readonly Problem[];
  /** By the API: what whoever asks may, or why it tells nothing. */
  readonly access?: Access;
  readonly troubles?: readonly Problem[];
}

export const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBU0QT/YGVk3u413si0R3Z5yZjxy6G0FoL5+4xMnfVHC me@example.com';

/** Image, template and two clones, with the role's defaults. */
export const goodWanted: Wanted = {
  operation: 'create_vm',
  vm_vmid: 9000,
  vm_name: 'ubuntu-24.04',
  vm_node: 'pve01',
  vm_cores: 2,
  vm_sockets: 1,
  vm_memory: 2048,
  vm_balloon: 0,
  vm_agent: 'true',
  vm_networks: { net0: 'virtio,bridge=vmbr0,firewall=1' },
  vm_disks: { scsi0: 'local-lvm:32,format=raw' },
  vm_start_after_create: true,
  vm_cloud_image: 'ubuntu-24.04',
  cloud_image_urls: {
    'ubuntu-24.04': 'https://images.example/ubuntu-24.04-server-cloudimg-amd64.img',
    'ubuntu-24.04-arm64': 'https://images.example/ubuntu-24.04-server-cloudimg-arm64.img',
    'debian-12': 'https://images.example/debian-12-genericcloud-amd64.qcow2',
  },
  cloud_image_cache_dir: '/var/lib/vz/template/iso',
  disk_storage: 'local-lvm',
  vm_cloud_init_enabled: true,
  vm_cloud_init_user: 'ubuntu',
  vm_cloud_init_ssh_keys: [PUBLIC_KEY],
  vm_cloud_init_ip: '192.168.1.100/24',
  vm_cloud_init_gw: '192.168.1.1',
  vm_cloud_init_dns: ['1.1.1.1 2606:4700:4700::1111'],
  vm_cloud_init_domain: ['example.com'],
  vm_cloud_init_install_agent: true,
  vm_make_template: true,
  vm_create_clones: true,
  vm_clones: [
    { name: 'web-01', vmid: 301, full: false, start: true, ip: '192.168.1.101/24' },
    { name: 'web-02', vmid: 302, full: true, start: true, storage: 'local-lvm' },
  ],
  play_variables: ['proxmox_vm_name', 'proxmox_vm_memory'],
  ssh_keys_on_controller: false,
};

export const storages = (text: string): Node['storages'] => parseStorageConfig(text);

const GiB = 1024 ** 3;

const goodNode: Node = {
  nodes: ['pve01', 'pve02'],
  lost: [],
  isQuorate: true,
  storages: storages(
    'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,snippets,images\n\nlvmthin: local-lvm\n\tcontent rootdir,images\n',
  ),
  guests: [],
  records: new Map(),
  others: [],
  guestNames: new Map(),
  storageFree: new Map(),
  isRunning: false,
  vmidOfName: undefined,
  vmidProblem: undefined,
  bridges: new Map([
    ['vmbr0', 1500],
    ['vmbr1', 9000],
  ]),
  pci: undefined,
  usbMappings: [],
  dirMappings: [],
  customModels: undefined,
  pools: undefined,
  places: new Map(
    ['/var/lib/vz', '/var/lib/vz/snippets', '/var/lib/vz/template/iso'].map(path => [
      path,
      { kind: 'directory', isWritable: true, freeBytes: 100 * GiB },
    ]),
  ),
  missingFiles: [],
  keyFile: undefined,
  image: undefined,
};

/** The good world with the faults of a broken one. */
export const worldOf = ({ machine, node, malformed, access, troubles }: Partial<BrokenWorld>): World => ({
  // Of what cannot be reached nothing is known.
  machine: { ...(troubles === undefined ? MACHINE : NO_MACHINE), ...machine },
  node: node === 'none' ? undefined : { ...goodNode, ...node },
  malformed: malformed ?? [],
  access,
  ...(troubles !== undefined && { troubles }),
});

export const wantedOf = ({ wanted }: Partial<BrokenWorld>): Wanted => ({ ...goodWanted, ...wanted });

/** Guests that have a VMID which is wanted. */
export const withGuests = (
  ...guests: readonly (GuestEntry & { readonly config: string })[]
): Partial<Node> => ({
  guests,
  records: new Map(
    guests.map((guest): [number, VmRecord] => [
      guest.vmid,
      { ...guest, config: parseVmConfig(guest.config) },
    ]),
  ),
});

export const qemu = (
  vmid: number,
  config: string,
  node = 'pve01',
): GuestEntry & { readonly config: string } => ({
  vmid,
  node,
  kind: 'qemu',
  config,
});

/** The wished clones with changes to the first of them. */
export const firstClone = (changes: object): Pick<Wanted, 'vm_clones'> => ({
  vm_clones: (goodWanted.vm_clones ?? []).map((clone, index) =>
    index === 0 ? { ...clone, ...changes } : clone,
  ),
});

/** A place that replaces one of the good world. */
export const place = (
  path: string,
  changes: Partial<Node['places'] extends ReadonlyMap<string, infer P> ? P : never>,
): Partial<Node> => ({
  places: new Map([
    ...goodNode.places,
    [path, { kind: 'directory', isWritable: true, freeBytes: 100 * GiB, ...changes }],
  ]),
});

/** As users of the role read it. */
export const inRole = <T>(value: T): T =>
  wordedFor(
    {
      isInRole: true,
      here: 'the node',
      nameOf: name => roleVariables.find(one => one === `proxmox_vm_${name}`) ?? `proxmox_${name}`,
    },
    value,
  );
