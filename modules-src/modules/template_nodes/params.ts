import { diskStorageOption, settingOptions } from '../../pve/settings/options.ts';
import { vmOptions } from '../../pve/settings/vm-options.ts';
import { NODE_NAME } from '../../pve/text/patterns.ts';
import { pick } from '../../sdk/compose.ts';
import { fromRole } from '../../sdk/from-role.ts';
import { defineOptions, type ValuesOf } from '../../sdk/option.ts';

/** What stands for every node of the cluster. */
export const ALL = 'all';

export const params = {
  ...defineOptions({
    template_nodes: {
      type: 'list',
      elements: 'str',
      pattern: NODE_NAME,
      required: true,
      description:
        'Nodes that are to have the template, the one where the module runs among them; `all` is every node.',
      example: ['pve01', 'pve02'],
    },
  }),
  ...fromRole('', diskStorageOption),
  image_disk: vmOptions.image_disk,
  ...pick(settingOptions, 'disks', 'uefi', 'efi_storage', 'tpm', 'tpm_storage'),
};

export type Wanted = ValuesOf<typeof params>;
