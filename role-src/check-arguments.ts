import nodePreflight from '../modules-src/modules/node_preflight/module.ts';
import { own, sameNames } from './expression.ts';

/** All that the variables say, and what of it only the controller knows: what preflight is told. */
export const checkArguments = {
  ...sameNames('proxmox_', nodePreflight.params),
  // It is preflight that says what is missing.
  vm_node: { template: '{{ proxmox_role_node | default(omit, true) }}' },
  vm_vmid: own('proxmox_role_given_vmid'),
  vm_vmid_reserved: own('proxmox_role_reserved_vmids'),
  vm_name: { template: '{{ proxmox_vm_name | default(omit) }}' },
  vm_cloud_image_url: own('proxmox_role_image_url'),
  vm_cloud_init_user_data: own('proxmox_role_user_data'),
  vm_cloud_init_user_data_file: own('proxmox_role_user_data_file'),
  vm_cloud_init_vendor_data: own('proxmox_role_vendor_data'),
  vm_cloud_init_vendor_data_file: own('proxmox_role_vendor_data_file'),
  vm_cloud_init_network_data: own('proxmox_role_network_data'),
  vm_cloud_init_network_data_file: own('proxmox_role_network_data_file'),
  vm_cloud_init_meta_data: own('proxmox_role_meta_data'),
  vm_cloud_init_meta_data_file: own('proxmox_role_meta_data_file'),
  vm_cloud_init_ssh_keys: own('proxmox_role_ssh_keys'),
  vm_cloud_init_ssh_keys_file: own('proxmox_role_keys_file'),
  assumed: own('proxmox_role_assumed'),
  power_assumed: own('proxmox_role_power_assumed'),
  power_state: own('proxmox_role_power_state'),
  image_min_disk: own('proxmox_role_image_min_disk'),
  play_variables: own('proxmox_role_play_variables'),
  ssh_keys_on_controller: own('proxmox_role_keys_on_controller'),
} as const;
