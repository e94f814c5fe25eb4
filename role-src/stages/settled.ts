import { defineOptions } from '../../modules-src/sdk/option.ts';
import type { OwnVariable } from '../own-variable.ts';

/*
 * Preflight has asked the modules of the later stages what they would do. One that would do nothing does not run; what it
 * would answer stands for what it would have registered.
 */

/** What a task tells the others, with its module. */
const TOLD = {
  image: 'cloud_image_fetch',
  settings: 'vm_configure',
  disk: 'qm_import_disk',
  cloud_init: 'cloudinit_apply',
  data_disks: 'vm_data_disks',
  replacement: 'vm_replace',
  power: 'vm_power',
  template: 'template_convert',
  clones: 'vm_clone',
} as const;

type Told = keyof typeof TOLD;

const registered = (told: Told): `proxmox_role_${Told}_task` => `proxmox_role_${told}_task`;

/** A condition: the module of the task has something to do, as far as anybody knows. */
export const isUnsettled = (told: Told): string =>
  `proxmox_role_preflight.settled.${TOLD[told]} is undefined`;

/** A task's keys: it runs unless its module has nothing to do. */
export const unlessSettled = (
  told: Told,
  when: readonly string[] = [],
): { readonly when: readonly string[]; readonly register: string } => ({
  when: [...when, isUnsettled(told)],
  register: registered(told),
});

function toldVariable(told: Told) {
  const module = TOLD[told];
  return {
    ...defineOptions({
      option: { type: 'dict', description: `What ${module} says, or would say: it has nothing to do.` },
    }),
    value: `{{ proxmox_role_preflight.settled.${module} | default(${registered(told)} | default({})) }}`,
  };
}

/** Own variables of what the stages have said. */
export const toldVariables = {
  proxmox_role_preflight: {
    ...defineOptions({ option: { type: 'dict', description: 'What preflight says where it did not run.' } }),
    value: {},
  },
  proxmox_role_image: toldVariable('image'),
  proxmox_role_settings: toldVariable('settings'),
  proxmox_role_disk: toldVariable('disk'),
  proxmox_role_cloud_init: toldVariable('cloud_init'),
  proxmox_role_data_disks: toldVariable('data_disks'),
  proxmox_role_replacement: toldVariable('replacement'),
  proxmox_role_power: toldVariable('power'),
  proxmox_role_template: toldVariable('template'),
  proxmox_role_clones: toldVariable('clones'),
} as const satisfies Readonly<Record<string, OwnVariable>>;
