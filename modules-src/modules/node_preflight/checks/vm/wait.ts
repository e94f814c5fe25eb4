import { usesAgent } from '../../../../pve/settings/agent.ts';
import { isDynamic } from '../../../../pve/text/gateway.ts';
import { canTell, staticAddresses, wayWithoutAgent } from '../../../../pve/vms/guest-signs.ts';
import { isMalformed, problem, variableOf, type Check } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import { wantsCloudInit } from '../../wishes.ts';
import { vmAddresses } from '../addresses.ts';
import { foundValues } from './hardware.ts';

/** Whether somebody can tell what the role is to wait for; else it would be found out when the VM is made and runs. */
export const checkWait: Check = (wanted, world) => {
  const { vm_wait_for: sign = 'none' } = wanted;
  if (sign === 'none' || !isStarted(wanted) || isMalformed(world, 'vm_agent')) return [];
  const found = foundValues(wanted, world);
  const isAgentOn = usesAgent(wanted.vm_agent ?? found.get('agent'), wanted.vm_extra_config);
  const declared = wantsCloudInit(wanted) ? vmAddresses(wanted, world) : [];
  const isKnown = staticAddresses(found).length > 0 || declared.some(({ address }) => !isDynamic(address));
  if (canTell(sign, isAgentOn, isKnown)) return [];
  const message = `is ${sign}, and the VM has no guest agent that could tell`;
  return [
    problem(
      'PVE-VM-043',
      'vm_wait_for',
      message,
      `set ${variableOf('vm_agent')}: true${wayWithoutAgent(sign)}`,
    ),
  ];
};

/** Only the VM that the role starts is waited for. */
function isStarted(wanted: Wanted): boolean {
  const { vm_state: state = 'present' } = wanted;
  const runs =
    state === 'present' ? wanted.vm_start_after_create === true : !/^(?:absent|stopped)$/.test(state);
  return runs && wanted.vm_make_template !== true && wanted.vm_create_clones !== true;
}
