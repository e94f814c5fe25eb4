import { usesAgent } from '../../../../pve/settings/agent.ts';
import { problem, variableOf, type Check } from '../../check.ts';
import { installsAgent, isRotating } from '../../wishes.ts';

/** Whether a generation can be tested, and what its clone would lack. */
export const checkTemplateTest: Check = wanted => {
  const { vm_template_test: test = 'none', vm_make_template: makesTemplate, vm_state: state } = wanted;
  if (test === 'none' || makesTemplate !== true || state === 'absent') return [];
  if (!isRotating(wanted))
    return [
      problem(
        'PVE-VM-041',
        'vm_template_test',
        'tests new generations of a template, and this one has none',
        `set ${variableOf('vm_template_rotate')}: true`,
      ),
    ];
  if (!usesAgent(wanted.vm_agent, wanted.vm_extra_config))
    return [
      problem(
        'PVE-VM-041',
        'vm_agent',
        'is off, and nothing else could tell how the clone is that is tested',
        `set ${variableOf('vm_agent')}: true`,
      ),
    ];
  if (!installsAgent(wanted) || wanted.vm_template_test_bridge !== undefined) return [];
  return [
    problem(
      'PVE-VM-042',
      'vm_template_test_bridge',
      'is not set, so the clone that is tested has no network to install its guest agent by',
      `name a bridge by which it gets its packages; if the image has the agent, set ${variableOf('vm_cloud_init_install_agent')}: false`,
    ),
  ];
};
