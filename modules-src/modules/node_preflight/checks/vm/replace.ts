import { problem, variableOf, type Check } from '../../check.ts';

/** Whether anything would tell how a new system is, and whether the VM can have one. */
export const checkReplace: Check = wanted => {
  const {
    vm_replace: replace = 'never',
    vm_make_template: makesTemplate,
    vm_wait_for: sign = 'none',
  } = wanted;
  if (replace === 'never' || wanted.vm_state === 'absent') return [];
  if (makesTemplate === true)
    return [
      problem(
        'PVE-VM-040',
        'vm_replace',
        'is wanted for a template',
        `set ${variableOf('vm_template_rotate')}: true, by which a template gives way to newer ones, and ${variableOf('vm_replace')}: never`,
      ),
    ];
  if (sign !== 'none') return [];
  return [
    problem(
      'PVE-VM-040',
      'vm_wait_for',
      'is none, and nothing else would tell whether a new system comes up',
      `set ${variableOf('vm_wait_for')}, for example to agent`,
    ),
  ];
};
