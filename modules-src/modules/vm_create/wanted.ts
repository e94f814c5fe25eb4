import { cloudInitOptions } from '../../pve/cloud-init/options.ts';
import type { CloudInitMaterial } from '../../pve/cloud-init/wanted.ts';
import type { SettingWishes } from '../../pve/settings/differences.ts';
import type { GenerationMark } from '../../pve/vms/marker.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import { fromRole } from '../../sdk/from-role.ts';
import { defineOptions, type ValuesOf } from '../../sdk/option.ts';

/** The options of cloudinit_apply, for a VM that is to have such settings from the beginning. */
export const creationCloudInitOptions = {
  ...defineOptions({
    cloud_init_enabled: {
      type: 'bool',
      default: false,
      description: 'Create the VM with its cloud-init settings, which the options C(cloud_init_*) name.',
    },
  }),
  ...fromRole('cloud_init_', cloudInitOptions),
};

export type Wanted = SettingWishes &
  Partial<ValuesOf<typeof creationCloudInitOptions>> & {
    readonly name: string;
    readonly generation?: GenerationMark | undefined;
  };

export interface Observed extends FoundVm {
  /** A new uuid, by which a VM that is made now is known from its copies; empty where the VM is there. */
  readonly newId: string;
  /** For a VM that is to be made with cloud-init settings. */
  readonly material?: CloudInitMaterial | undefined;
}
