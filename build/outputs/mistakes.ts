import { Ajv } from 'ajv';
import {
  goodWanted,
  inRole,
  PUBLIC_KEY,
  worldOf,
} from '../../modules-src/modules/node_preflight/broken-worlds/world.fixture.ts';
import { params } from '../../modules-src/modules/node_preflight/params.ts';
import { findProblems } from '../../modules-src/modules/node_preflight/plan.ts';
import { validate } from '../../modules-src/runtime/validate.ts';
import type { Problem } from '../../modules-src/sdk/define-module.ts';
import { schemaOf } from '../../modules-src/sdk/json-schema.ts';

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** What a tired hand writes, by variables without `proxmox_`; each beside settings that are right. */
export const mistakes: readonly Readonly<Record<string, Value>>[] = [
  { vm_memory: '4G' },
  { vm_memory: 8 },
  { vm_cores: 'two' },
  { vm_cores: [2] },
  { vm_cores: 0 },
  { vm_onboot: 'nope' },
  { vm_vmid: 99 },
  { vm_vmid: '200a' },
  { vm_name: null },
  { vm_name: 'my vm' },
  { vm_name: 'web_01' },
  { vm_node: 'pve09' },
  { vm_ostype: 'linux' },
  { vm_scsihw: 'virtio-scsi' },
  { vm_bios: 'uefi' },
  { vm_uefi: true, vm_bios: 'seabios' },
  { vm_cpu_type: 'hots' },
  { vm_balloon: 4096 },
  { vm_hotplug: 'network,disk,memory', vm_numa: false },
  { vm_tags: ['my tag!'] },
  { vm_networks: 'virtio,bridge=vmbr0' },
  { vm_networks: { eth0: 'virtio,bridge=vmbr0' } },
  { vm_networks: { net0: 'virtio,bridge=vmbr7' } },
  { vm_networks: { net0: 'virtio,bridge=vmbr0,tag=5000' } },
  { vm_disks: { scsi31: 'local-lvm:8' } },
  { vm_disks: { scsi1: 'nowhere:8' } },
  { vm_disks: { scsi0: 'local-lvm:vm-9000-disk-7' } },
  { vm_disks: { virtio0: 'local-lvm:32' }, vm_boot_order: 'order=virtio0' },
  { vm_boot_order: 'order=scsi9' },
  { vm_disk_size: '20 gigabytes' },
  { disk_storage: 'local-zfs' },
  { disk_cache: 'write-back' },
  { vm_extra_config: { cipassword: 'x' } },
  { vm_extra_config: { '--delete': 'net0' } },
  { vm_cloud_image: 'ubuntu-24.4' },
  { vm_cloud_image_url: 'cloud-images.example/a.img' },
  { vm_cloud_image_checksum: 'sha256:abc' },
  { vm_cloud_image: 'ubuntu-24.04-arm64' },
  { vm_cloud_init_ip: '192.168.1.100' },
  { vm_cloud_init_ip: '192.168.1.300/24' },
  { vm_cloud_init_ip: '192.168.1.0/24' },
  { vm_cloud_init_gw: '192.168.1.1/24' },
  { vm_cloud_init_dns: ['one.one.one.one'] },
  { vm_cloud_init_domain: ['exa_mple.com'] },
  { vm_cloud_init_ssh_keys: ['ssh-rsa AAAA...'] },
  { vm_cloud_init_ssh_keys: ['-----BEGIN OPENSSH PRIVATE KEY-----'] },
  { vm_cloud_init_user: 'me:wheel' },
  { vm_cloud_init_password: '$y$j9T$salt$hash' },
  { vm_cloud_init_user_data: 'install htop' },
  { vm_cloud_init_networks: { net3: { ip: 'dhcp' } } },
  { vm_clones: [{ name: 'web-01', vmid: 9000 }] },
  { vm_clones: [{ name: 'web-01' }] },
  { vm_clones: [{ vmid: 301 }] },
  { vm_clones: 'web-01' },
  { vm_clones: [{ name: 'web-01', vmid: 301, memory: '2G' }] },
  { vm_clones: [{ name: 'web-01', vmid: 301, memry: 2048 }] },
  { vm_make_template: 'maybe' },
  { operation: 'delete_vm' },
  { retries: 'thrice' },
  { play_variables: ['proxmox_vm_memroy'] },
];

const validator = new Ajv({ allErrors: true, strict: false }).compile(schemaOf(params));
const given: Readonly<Record<string, unknown>> = { ...goodWanted, vm_cloud_init_ssh_keys: [PUBLIC_KEY] };

/** What preflight says to it, as users of the role read it. */
export function answersTo(mistake: Readonly<Record<string, Value>>): readonly Problem[] {
  const { values, problems } = validate({ params }, validator, { ...given, ...mistake });
  // What is required has been validated, or is among the problems.
  const wanted = values as typeof goodWanted;
  return inRole(findProblems(wanted, worldOf({ malformed: problems })));
}
