import { CHECKSUM } from '../../pve/images/checksum.ts';
import { cloudInitOptions } from '../../pve/cloud-init/options.ts';
import { diskOptions, imageDiskOptions } from '../../pve/settings/disk-options.ts';
import { fromRole } from '../../sdk/from-role.ts';
import { replicaOptions, rotationOptions, testOptions } from '../../pve/vms/generations/options.ts';
import { imageOptions, nextImageOption } from '../../pve/images/options.ts';
import { identityOptions } from '../../pve/vms/identity-options.ts';
import { diskStorageOption, settingOptions } from '../../pve/settings/options.ts';
import { vmOptions } from '../../pve/settings/vm-options.ts';
import { defineOptions, type ValuesOf } from '../../sdk/option.ts';

const { format, size_increase, size } = diskOptions;
/** What a template is made with; another value of any of them makes another generation. */
export const recipeOptions = {
  ...settingOptions,
  ...fromRole('', diskStorageOption),
  image_disk: vmOptions.image_disk,
  ...imageDiskOptions,
  ...fromRole('disk_', { format, size_increase, size }),
  ...fromRole('cloud_init_', cloudInitOptions),
  ...defineOptions({
    cloud_init_enabled: { type: 'bool', description: 'The template has cloud-init settings.' },
  }),
};

/** They say nothing about the machine and are changed in place; the password is compared by its own salt. */
export const APART: ReadonlySet<string> = new Set([
  'description',
  'protection',
  'pool',
  'cloud_init_password',
]);

const { name, vmid } = fromRole('', identityOptions);

export const params = defineOptions({
  name: {
    ...name,
    required: true,
    description: 'Name of the template, which moves from generation to generation.',
  },
  vmid: { ...vmid, description: 'VMID of the first generation; absent: one of the range.' },
  template_vmid_range: { ...rotationOptions.template_vmid_range, required: true },
  template_test: testOptions.template_test,
  ...replicaOptions,
  vmid_reserved: identityOptions.vmid_reserved,
  image: {
    type: 'str',
    description: 'URL of the cloud image, as M(cloud_image_fetch) had it, or its file on the node.',
  },
  cache_dir: imageOptions.cache_dir,
  checksum: { type: 'str', pattern: CHECKSUM, description: 'Checksum that the image was fetched with.' },
  ...nextImageOption,
  ...recipeOptions,
});

export type Wanted = ValuesOf<typeof params>;
