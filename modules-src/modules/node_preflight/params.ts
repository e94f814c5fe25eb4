import { cacheOptions } from '../../pve/images/cache-options.ts';
import { cloneOptions } from '../../pve/settings/clone-options.ts';
import { firstBootOptions } from '../../pve/cloud-init/first-boot-options.ts';
import { cloudInitOptions } from '../../pve/cloud-init/options.ts';
import { replaceOptions } from '../../pve/replacement/options.ts';
import { dataDiskOptions } from '../../pve/data-disks/options.ts';
import { downloadOptions } from '../../pve/images/download-options.ts';
import { diskOptions, driveOptions } from '../../pve/settings/disk-options.ts';
import { rotationOptions, testOptions } from '../../pve/vms/generations/options.ts';
import { imageOptions } from '../../pve/images/options.ts';
import { connectionOptions } from '../../sdk/connection-options.ts';
import { NODE_NAME } from '../../pve/text/patterns.ts';
import { SIZE } from '../../pve/text/size.ts';
import { identityOptions, nodeOption } from '../../pve/vms/identity-options.ts';
import {
  applyOptions,
  diskStorageOption,
  operationOptions,
  settingOptions,
} from '../../pve/settings/options.ts';
import { assumedOption } from '../../pve/settings/assumed.ts';
import { imageSlotOption } from '../../pve/settings/vm-options.ts';
import { rangeOption } from '../../pve/vms/vmids/range.ts';
import { defineOptions, type ValuesOf } from '../../sdk/option.ts';
import { omit, pick } from '../../sdk/compose.ts';
import { fromRole } from '../../sdk/from-role.ts';

const { url, cache_dir: cacheDir, verify, ...verification } = imageOptions;
const { format, size_increase: sizeIncrease, size } = diskOptions;
const { ssh_keys_file: keysFile, ...cloudInit } = cloudInitOptions;

const stages = defineOptions({
  operation: { type: 'str', choices: ['create_vm'], description: 'What the role does.' },
  vm_start_after_create: { type: 'bool', description: 'Start the VM.' },
  vm_cloud_image: { type: 'str', description: 'Name of an image in `cloud_image_urls`.' },
  cloud_image_urls: { type: 'dict', description: 'URLs of images by name.' },
  vm_cloud_init_enabled: { type: 'bool', description: 'Give the VM cloud-init settings.' },
  // On the controller `~` and paths relative to the playbook are good, too: no pattern.
  vm_cloud_init_ssh_keys_file: { type: 'path', description: keysFile.description },
  vm_state: {
    type: 'str',
    choices: ['present', 'started', 'stopped', 'absent'],
    description: 'What the VM is to be.',
  },
  vm_confirm_delete: { type: 'str', description: 'The name of a VM that is to be removed.' },
  vm_make_template: { type: 'bool', description: 'Convert the VM into a template.' },
  vm_template_nodes: {
    type: 'list',
    elements: 'str',
    pattern: NODE_NAME,
    description: 'Nodes that are to have the template; `all` is every node.',
  },
  vm_template_rotate: { type: 'bool', description: 'Let the template give way to newer generations.' },
  ...fromRole('vm_', { ...rotationOptions, ...testOptions }),
  vm_create_clones: { type: 'bool', description: 'Make the clones.' },
  vm_clones: { type: 'list', elements: 'dict', options: cloneOptions, description: 'Clones to make.' },
  vm_clone_vmid_range: rangeOption.vmid_range,
  vm_clone_errors: { type: 'str', choices: ['warn', 'fail'], description: 'What a clone that fails does.' },
  vm_clone_parallel: { type: 'int', min: 1, max: 32, description: 'Clones made at once.' },
  nodejs: { type: 'str', description: 'Node.js on the node: `auto`, `system`, or an archive.' },
});

/** What only the controller knows. */
const controller = defineOptions({
  stages: {
    type: 'list',
    elements: 'str',
    description: 'Stages of the role that are to run; absent: all.',
    example: ['preflight-checks', 'create-vm'],
  },
  permissions: {
    type: 'bool',
    description: [
      'Only tell the commands that give an API token what it needs for these settings.',
      'Nothing is asked of Proxmox VE.',
    ],
  },
  play_variables: {
    type: 'list',
    elements: 'str',
    description: 'Names of the play’s variables that begin with `proxmox_`, to find misspelt ones.',
    example: ['proxmox_vm_memroy'],
  },
  ssh_keys_on_controller: { type: 'bool', description: 'The controller has the file of SSH keys.' },
});

const fromCatalogue = defineOptions({
  image_min_disk: {
    type: 'str',
    pattern: SIZE,
    description: 'Smallest disk of the image, from the catalogue.',
  },
});

/** What the role computes of the variables for the modules of its stages. */
const computed = {
  ...assumedOption,
  ...defineOptions({
    power_assumed: { ...assumedOption.assumed, description: 'The state, where the user did not say it.' },
    power_state: {
      type: 'str',
      choices: ['started', 'stopped', 'restarted'],
      description: 'State that the VM is brought to.',
    },
  }),
};

/** What no variable of the role says. */
export const controllerParams = {
  ...computed,
  ...fromCatalogue,
  ...controller,
  ...fromRole('', pick(connectionOptions, 'api_node')),
};

/** The variables of the role without their prefix `proxmox_`. */
export const params = {
  ...fromRole('vm_', { ...identityOptions, ...nodeOption, ...settingOptions, ...applyOptions }),
  ...fromRole('vm_cloud_image_', { url, ...verification, ...downloadOptions }),
  ...fromRole('cloud_image_', { cache_dir: cacheDir, verify, ...cacheOptions }),
  ...fromRole('', { ...diskStorageOption, ...operationOptions }),
  ...fromRole('disk_', driveOptions),
  ...fromRole('vm_import_disk_', { format, size_increase: sizeIncrease }),
  ...fromRole('vm_disk_', { size }),
  ...fromRole('vm_', imageSlotOption),
  ...fromRole('vm_', dataDiskOptions),
  ...fromRole('vm_cloud_init_', cloudInit),
  ...fromRole('', omit(connectionOptions, 'api_node')),
  ...fromRole('vm_', { ...firstBootOptions, ...replaceOptions }),
  ...stages,
  ...controllerParams,
};

export type Wanted = ValuesOf<typeof params>;
export type Clone = NonNullable<Wanted['vm_clones']>[number];
export type ParamName = keyof typeof params;
