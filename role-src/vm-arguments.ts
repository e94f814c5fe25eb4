import { cloudInitOptions } from '../modules-src/pve/cloud-init/options.ts';
import { diskStorageOption, retryOptions, settingOptions } from '../modules-src/pve/settings/options.ts';
import { imageDiskOptions } from '../modules-src/pve/settings/disk-options.ts';
import { prefixed } from '../modules-src/sdk/compose.ts';
import { own, sameNames, use } from './expression.ts';

/** Arguments that several modules take, from the variables of the same names. */
export const identity = {
  vmid: own('proxmox_role_vmid'),
  name: own('proxmox_role_vm_name'),
  vmid_range: use('proxmox_vm_vmid_range'),
  vmid_reserved: use('proxmox_vm_vmid_reserved'),
} as const;
export const retry = sameNames('proxmox_', retryOptions);

/** Texts of snippets, wherever they come from. */
export const snippetArguments = {
  user_data: own('proxmox_role_user_data'),
  user_data_file: own('proxmox_role_user_data_file'),
  vendor_data: own('proxmox_role_vendor_data'),
  vendor_data_file: own('proxmox_role_vendor_data_file'),
  network_data: own('proxmox_role_network_data'),
  network_data_file: own('proxmox_role_network_data_file'),
  meta_data: own('proxmox_role_meta_data'),
  meta_data_file: own('proxmox_role_meta_data_file'),
} as const;

/** All that cloud-init is to tell the guest, for modules that do more than that. */
export const cloudInitArguments = {
  ...sameNames('proxmox_vm_', prefixed('cloud_init_', cloudInitOptions)),
  cloud_init_ssh_keys: own('proxmox_role_ssh_keys'),
  cloud_init_ssh_keys_file: own('proxmox_role_keys_file'),
  cloud_init_user_data: snippetArguments.user_data,
  cloud_init_user_data_file: snippetArguments.user_data_file,
  cloud_init_vendor_data: snippetArguments.vendor_data,
  cloud_init_vendor_data_file: snippetArguments.vendor_data_file,
  cloud_init_network_data: snippetArguments.network_data,
  cloud_init_network_data_file: snippetArguments.network_data_file,
  cloud_init_meta_data: snippetArguments.meta_data,
  cloud_init_meta_data_file: snippetArguments.meta_data_file,
} as const;

/** All that is known about a VM: what creates it and what configures it later are told the same. */
export const vmArguments = {
  ...identity,
  ...sameNames('proxmox_vm_', settingOptions),
  ...sameNames('proxmox_', diskStorageOption),
  image_disk: own('proxmox_role_image_disk'),
  ...sameNames('proxmox_', imageDiskOptions),
  ...retry,
};
