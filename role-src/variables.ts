import { cacheOptions } from '../modules-src/pve/images/cache-options.ts';
import { cloudInitOptions, DEFAULT_USER } from '../modules-src/pve/cloud-init/options.ts';
import { dataDiskOptions } from '../modules-src/pve/data-disks/options.ts';
import { downloadOptions } from '../modules-src/pve/images/download-options.ts';
import { diskOptions, driveOptions } from '../modules-src/pve/settings/disk-options.ts';
import { DEFAULT_STORAGE, FIRST_DISK, FIRST_DISK_TEXT } from '../modules-src/pve/settings/image-disk.ts';
import { imageSlotOption } from '../modules-src/pve/settings/vm-options.ts';
import { firstBootOptions } from '../modules-src/pve/cloud-init/first-boot-options.ts';
import { replaceOptions } from '../modules-src/pve/replacement/options.ts';
import { imageOptions } from '../modules-src/pve/images/options.ts';
import { identityOptions, nodeOption } from '../modules-src/pve/vms/identity-options.ts';
import {
  applyOptions,
  diskStorageOption,
  operationOptions,
  settingOptions,
} from '../modules-src/pve/settings/options.ts';
import { defineOptions, type Options } from '../modules-src/sdk/option.ts';
import { omit, pick, prefixed, withDefaults, without } from '../modules-src/sdk/compose.ts';
import { connection } from './connection/variables.ts';
import { imageUrls } from './images.ts';
import { descriptions, reports, severalVms, state, templateAndClones } from './role-choices.ts';

/*
 * THE spec of the role's variables, in the order of the README. An option that a module takes is composed from there;
 * what stands here in full is the role's own.
 */

const operation = defineOptions({
  proxmox_operation: {
    type: 'str',
    choices: ['create_vm'],
    default: 'create_vm',
    description: 'What the role does. There is one operation.',
  },
});

/** The VMID is not required: a name and a range are as good. */
const identity = prefixed('proxmox_vm_', {
  ...pick(identityOptions, 'name'),
  vmid: without(identityOptions.vmid, 'required'),
  ...omit(identityOptions, 'name', 'vmid'),
  ...nodeOption,
});

const firmwareNames = [
  'uefi',
  'efi_storage',
  'efi_pre_enrolled_keys',
  'tpm',
  'tpm_storage',
  'tpm_version',
] as const;

const hardware = {
  ...prefixed(
    'proxmox_vm_',
    withDefaults(omit(settingOptions, ...firmwareNames, 'gpu'), {
      cores: 2,
      sockets: 1,
      cpu_type: 'host',
      memory: 2048,
      balloon: 0,
      ostype: 'l26',
      scsihw: 'virtio-scsi-pci',
      onboot: true,
      protection: false,
      serial: true,
      networks: { net0: 'virtio,bridge=vmbr0,firewall=1' },
      disks: { [FIRST_DISK]: `${DEFAULT_STORAGE}${FIRST_DISK_TEXT}` },
    }),
  ),
  ...prefixed('proxmox_vm_', applyOptions),
  ...defineOptions({
    proxmox_vm_start_after_create: {
      type: 'bool',
      default: true,
      description: [
        'Start the VM.',
        'A VM that becomes a template or is cloned is never started: its machine id and host keys would be in every clone.',
      ],
    },
  }),
};

const firmware = prefixed(
  'proxmox_vm_',
  withDefaults(pick(settingOptions, ...firmwareNames), {
    uefi: false,
    efi_pre_enrolled_keys: false,
    tpm: false,
    tpm_version: 'v2.0',
  }),
);

const gpu = prefixed('proxmox_vm_', withDefaults(pick(settingOptions, 'gpu'), { gpu: [] }));

const cloudImage = {
  ...defineOptions({
    proxmox_vm_cloud_image: {
      type: 'str',
      description:
        'Name of an image in `proxmox_cloud_image_urls`; brings its URL and the user its distribution expects.',
      example: 'debian-12',
    },
    proxmox_vm_cloud_image_url: {
      ...without(imageOptions.url, 'required'),
      description:
        'URL of the cloud image. It switches to image mode, in which the image becomes the disk `proxmox_vm_image_disk`.',
    },
  }),
  ...prefixed('proxmox_vm_cloud_image_', omit(imageOptions, 'url', 'verify', 'cache_dir')),
  ...prefixed('proxmox_vm_cloud_image_', downloadOptions),
  ...prefixed('proxmox_cloud_image_', { ...pick(imageOptions, 'verify', 'cache_dir'), ...cacheOptions }),
  ...defineOptions({
    proxmox_cloud_image_progress: {
      type: 'bool',
      default: false,
      description: [
        'Fetch the image in the background and say every few seconds how far it is.',
        'Needs Python on the node; the other stages do not.',
      ],
    },
    proxmox_cloud_image_urls: {
      type: 'dict',
      default: imageUrls,
      description: 'The catalogue: URLs of images by name.',
    },
  }),
};

const disk = {
  ...prefixed(
    'proxmox_',
    withDefaults(
      { disk_storage: without(diskStorageOption.disk_storage, 'required') },
      { disk_storage: DEFAULT_STORAGE },
    ),
  ),
  ...prefixed('proxmox_disk_', driveOptions),
  ...prefixed(
    'proxmox_vm_import_disk_',
    withDefaults(pick(diskOptions, 'format', 'size_increase'), { format: 'qcow2', size_increase: '+5G' }),
  ),
  ...prefixed('proxmox_vm_disk_', pick(diskOptions, 'size')),
  ...prefixed('proxmox_vm_', withDefaults(imageSlotOption, { image_disk: FIRST_DISK })),
  ...prefixed('proxmox_vm_', withDefaults(dataDiskOptions, { data_disks: {} })),
};

const cloudInit = {
  ...defineOptions({
    proxmox_vm_cloud_init_enabled: {
      type: 'bool',
      default: true,
      description: 'Give a VM of a cloud image its cloud-init drive and settings.',
    },
  }),
  ...prefixed(
    'proxmox_vm_cloud_init_',
    withDefaults(
      // On the controller `~` and paths relative to the playbook are good, too.
      { ...cloudInitOptions, ssh_keys_file: without(cloudInitOptions.ssh_keys_file, 'pattern') },
      { user: DEFAULT_USER, ssh_keys: [], ip: 'dhcp', install_agent: true },
    ),
  ),
};

const firstBoot = prefixed('proxmox_vm_', { ...firstBootOptions, ...replaceOptions });

const behaviour = {
  ...prefixed('proxmox_', operationOptions),
  ...defineOptions({
    proxmox_nodejs: {
      type: 'str',
      default: 'auto',
      description: [
        'Node.js on the node, which the modules need: `auto` takes what is there, else installs Debian’s package.',
        '`system` installs nothing. Anything else is an archive on the controller, unpacked to `/opt/proxmox-role/node`.',
      ],
      example: 'files/node-v22.11.0-linux-x64.tar.xz',
    },
  }),
};

export interface Section {
  readonly title: string;
  readonly variables: Options;
}

export const sections: readonly Section[] = [
  { title: 'Operation', variables: operation },
  { title: 'Identity', variables: identity },
  { title: 'Connection', variables: connection },
  { title: 'State', variables: state },
  { title: 'Hardware', variables: hardware },
  { title: 'UEFI and TPM', variables: firmware },
  { title: 'GPU', variables: gpu },
  { title: 'Cloud image', variables: cloudImage },
  { title: 'Disk', variables: disk },
  { title: 'Cloud-init', variables: cloudInit },
  { title: 'First boot', variables: firstBoot },
  { title: 'Template and clones', variables: templateAndClones },
  { title: 'Several VMs', variables: severalVms },
  { title: 'Descriptions', variables: descriptions },
  { title: 'Reports', variables: reports },
  { title: 'Behaviour of the role', variables: behaviour },
];

/** All variables by name. */
export const variables = {
  ...operation,
  ...identity,
  ...connection,
  ...state,
  ...hardware,
  ...firmware,
  ...gpu,
  ...cloudImage,
  ...disk,
  ...cloudInit,
  ...firstBoot,
  ...templateAndClones,
  ...severalVms,
  ...descriptions,
  ...reports,
  ...behaviour,
};

export type Variables = typeof variables;
export type VariableName = keyof Variables;

/**
 * Defaults that follow another variable, as Jinja. With that variable at its own default each is the default of the
 * spec; a test evaluates them.
 */
export const followingDefaults: Readonly<Partial<Record<VariableName, unknown>>> = {
  proxmox_vm_disks: { [FIRST_DISK]: `{{ proxmox_disk_storage }}${FIRST_DISK_TEXT}` },
  proxmox_vm_cloud_init_user: `{{ (proxmox_role_images[proxmox_vm_cloud_image | default('')] | default({})).user | default('${DEFAULT_USER}') }}`,
};
