import { identityOptions } from '../../modules-src/pve/vms/identity-options.ts';
import type { ModuleDefinition } from '../../modules-src/sdk/define-module.ts';
import type { Options } from '../../modules-src/sdk/option.ts';
import { without } from '../../modules-src/sdk/compose.ts';

/** The parameters as users may give them: where a name is enough, the number is not required. */
export const documentedParams = ({
  completion,
  params,
}: Pick<ModuleDefinition, 'completion' | 'params'>): Options =>
  completion === undefined ? params : { ...params, vmid: without(identityOptions.vmid, 'required') };
