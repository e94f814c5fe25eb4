import { identityOptions } from '../../modules-src/pve/vms/identity-options.ts';
import type { ModuleDefinition, ReturnValue } from '../../modules-src/sdk/define-module.ts';
import type { Options } from '../../modules-src/sdk/option.ts';
import { without } from '../../modules-src/sdk/compose.ts';

/** The parameters as users may give them: where a name is enough, the number is not required. */
export const documentedParams = ({
  completion,
  params,
}: Pick<ModuleDefinition, 'completion' | 'params'>): Options =>
  completion === undefined ? params : { ...params, vmid: without(identityOptions.vmid, 'required') };

/** What the engine tells for every module that changes something by calls of `qm`. */
const QM_CALLS: ReturnValue = {
  description:
    'Calls of `qm` that were made by one process that had loaded what they need (warm), and by starting `qm` (plain).',
  type: 'dict',
  returned: 'when there were any, on a node',
  sample: { warm: 3, plain: 0 },
};

const STEPS: ReturnValue = {
  description: 'What was done, or in check mode would be, in order; secrets are starred.',
  type: 'list',
  elements: 'dict',
  returned: 'always',
};

/** What a module answers beside Ansible’s own keys. */
export const documentedReturns = ({
  params,
  performs,
  returns,
}: Pick<ModuleDefinition, 'params' | 'performs' | 'returns'>): Readonly<Record<string, ReturnValue>> => ({
  ...returns,
  steps: returns['steps'] ?? STEPS,
  ...(performs.length > 0 && Object.hasOwn(params, 'qm') && { qm_calls: QM_CALLS }),
});
