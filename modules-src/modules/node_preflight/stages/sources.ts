import { cacheOptions } from '../../../pve/images/cache-options.ts';
import { dataDiskOptions } from '../../../pve/data-disks/options.ts';
import { downloadOptions } from '../../../pve/images/download-options.ts';
import { imageOptions } from '../../../pve/images/options.ts';
import { firstBootOptions } from '../../../pve/cloud-init/first-boot-options.ts';
import { replaceOptions } from '../../../pve/replacement/options.ts';
import { cloudInitOptions, textOptions } from '../../../pve/cloud-init/options.ts';
import { driveOptions, imageDiskOptions } from '../../../pve/settings/disk-options.ts';
import {
  applyOptions,
  diskStorageOption,
  operationOptions,
  retryOptions,
  settingOptions,
} from '../../../pve/settings/options.ts';
import { pick } from '../../../sdk/compose.ts';
import { sameSources, type Sources } from './source.ts';

/*
 * Which option of a stage's module has which value. The role's tasks are generated from it, and preflight asks the
 * modules by it: neither can give them what the other does not.
 */

const range = { vmid_range: 'vm_vmid_range', vmid_reserved: 'vm_vmid_reserved' } as const satisfies Sources;

/** The VM that the stages work on. */
export const identity = { vmid: 'work_vmid', name: 'work_name', ...range } as const satisfies Sources;

export const operation = sameSources('', operationOptions);

/** All that is known about a VM: what creates it and what configures it later are told the same. */
export const vm = {
  ...identity,
  ...sameSources('vm_', settingOptions),
  ...sameSources('', diskStorageOption),
  image_disk: 'image_disk',
  ...sameSources('', imageDiskOptions),
  ...operation,
} as const satisfies Sources;

const cachedImage = {
  cache_dir: 'cloud_image_cache_dir',
  checksum: 'vm_cloud_image_checksum',
} as const satisfies Sources;

export const fetch = {
  ...sameSources('vm_cloud_image_', { ...imageOptions, ...downloadOptions }),
  ...sameSources('cloud_image_', { ...pick(imageOptions, 'verify', 'cache_dir'), ...cacheOptions }),
  ...sameSources('', retryOptions),
} as const satisfies Sources;

export const configure = {
  ...vm,
  assumed: 'assumed',
  ...sameSources('vm_', applyOptions),
} as const satisfies Sources;

const madeDisk = {
  image: 'vm_cloud_image_url',
  ...cachedImage,
  storage: 'disk_storage',
  disk: 'vm_image_disk',
  disks: 'vm_disks',
  format: 'vm_import_disk_format',
  size_increase: 'vm_import_disk_size_increase',
  size: 'vm_disk_size',
  ...sameSources('disk_', driveOptions),
} as const satisfies Sources;

export const importDisk = {
  ...identity,
  ...madeDisk,
  boot_order: 'vm_boot_order',
  cloud_init_drive: 'brings_drive',
  ...operation,
} as const satisfies Sources;

export const cloudInit = {
  ...identity,
  storage: 'disk_storage',
  hostname: 'vm_name',
  agent: 'vm_agent',
  extra_config: 'vm_extra_config',
  ...sameSources('vm_cloud_init_', cloudInitOptions),
  assumed: 'assumed',
  ...operation,
} as const satisfies Sources;

export const dataDisks = {
  ...identity,
  ...sameSources('vm_', dataDiskOptions),
  ...sameSources('', diskStorageOption),
  ...operation,
} as const satisfies Sources;

export const replace = {
  ...identity,
  ...sameSources('vm_', { ...replaceOptions, ...firstBootOptions }),
  ...madeDisk,
  timeout: 'vm_shutdown_timeout',
  ...operation,
} as const satisfies Sources;

export const power = {
  ...identity,
  state: 'power_state',
  assumed: 'power_assumed',
  ...sameSources('vm_', firstBootOptions),
  timeout: 'vm_shutdown_timeout',
  ...operation,
} as const satisfies Sources;

export const convert = {
  ...identity,
  apply: 'vm_apply',
  timeout: 'vm_shutdown_timeout',
  image: 'vm_cloud_image_url',
  ...cachedImage,
  ...operation,
} as const satisfies Sources;

export const clone = {
  vmid: 'template_vmid',
  name: 'template_name',
  ...range,
  clones: 'vm_clones',
  parallel: 'vm_clone_parallel',
  clone_vmid_range: 'vm_clone_vmid_range',
  clone_errors: 'vm_clone_errors',
  gw: 'vm_cloud_init_gw',
  snippets_storage: 'vm_cloud_init_snippets_storage',
  ...sameSources('vm_cloud_init_', textOptions),
  ...operation,
} as const satisfies Sources;
