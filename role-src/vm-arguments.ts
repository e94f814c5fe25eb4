import {
  diskStorageOption,
  identityOptions,
  retryOptions,
  settingOptions,
} from '../modules-src/pve/setting-options.ts';
import { imageDiskOptions } from '../modules-src/pve/vm-options.ts';
import { own, sameNames } from './expression.ts';

/** Arguments that several modules take, from the variables of the same names. */
export const identity = sameNames('proxmox_vm_', identityOptions);
export const retry = sameNames('proxmox_', retryOptions);

/** All that is known about a VM: what creates it and what configures it later are told the same. */
export const vmArguments = {
  ...identity,
  ...sameNames('proxmox_vm_', settingOptions),
  ...sameNames('proxmox_', diskStorageOption),
  image_disk: own('proxmox_role_image_disk'),
  ...sameNames('proxmox_', imageDiskOptions),
  ...retry,
};
