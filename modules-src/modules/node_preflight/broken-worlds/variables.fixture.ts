import type { Problem } from '../../../sdk/define-module.ts';
import type { BrokenWorld } from './world.fixture.ts';

const misfit = (variable: string, says: string): Problem => ({
  code: 'PVE-PARAM',
  variable,
  message: `${variable} ${says}`,
  fix: `correct ${variable}`,
});

export const variableWorlds: readonly BrokenWorld[] = [
  {
    title: 'a misspelt variable',
    codes: ['PVE-VAR-001'],
    wanted: { play_variables: ['proxmox_vm_memroy'] },
  },
  {
    title: 'a value out of range',
    codes: ['PVE-VAR-002'],
    malformed: [misfit('vm_memory', 'is 1; must be at least 16')],
    wanted: { vm_memory: undefined },
  },
  {
    title: 'a required value that is malformed is not missing, too',
    codes: ['PVE-VAR-002'],
    malformed: [misfit('vm_vmid', 'is 5; must be at least 100')],
    wanted: { vm_vmid: undefined },
  },
  {
    title: 'a malformed clone does not make the list an empty one',
    codes: ['PVE-VAR-002'],
    malformed: [misfit('vm_clones[0].vmid', 'is required')],
    wanted: { vm_clones: undefined },
  },
  {
    title: 'a VM without VMID, name and node',
    codes: ['PVE-VAR-003', 'PVE-VAR-003', 'PVE-VAR-003'],
    wanted: { vm_vmid: undefined, vm_name: undefined, vm_node: undefined },
  },
  {
    title: 'variables of the classic role',
    codes: ['PVE-VAR-006'],
    wanted: { play_variables: ['proxmox_vm_bootdisk', 'proxmox_backup_mode', 'proxmox_iso_storage'] },
  },
  { title: 'variables of the API', codes: ['PVE-VAR-004'], wanted: { play_variables: ['proxmox_api_host'] } },
  {
    title: 'a template that was not filled in',
    codes: ['PVE-VAR-005'],
    wanted: { vm_tags: ['web', '{{ stage }}'] },
  },
  {
    title: 'braces in texts that may hold them',
    codes: [],
    wanted: { vm_description: 'see {{ this }}', vm_cloud_init_password: '{{x' },
  },
  {
    title: 'a malformed address of a clone',
    codes: ['PVE-NET-001'],
    malformed: [misfit('vm_clones[0].ip', 'is "10.0.0.999/24"; must be dhcp, or an address')],
    wanted: { vm_clones: undefined },
  },
  {
    title: 'a malformed address, from whose absence nothing follows',
    codes: ['PVE-NET-001'],
    malformed: [misfit('vm_cloud_init_ip', 'is "10.0.0.999/24"; must be dhcp, or an address')],
    wanted: { vm_cloud_init_ip: undefined },
  },
  {
    title: 'a malformed gateway, from whose absence nothing follows',
    codes: ['PVE-NET-001'],
    malformed: [misfit('vm_cloud_init_gw', 'is "10.0.0.999"; must be an IPv4 address')],
    wanted: { vm_cloud_init_gw: undefined },
  },
  {
    title: 'the placeholder of a checksum',
    codes: ['PVE-IMG-003'],
    malformed: [misfit('vm_cloud_image_checksum', 'is "sha256:..."; must be a digest')],
  },
  {
    title: 'a malformed URL',
    codes: ['PVE-IMG-002'],
    malformed: [misfit('vm_cloud_image_url', 'is "ftp://x"; must be an http:// or https:// URL')],
  },
];
