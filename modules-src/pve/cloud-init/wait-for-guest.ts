import { usesAgent } from '../settings/agent.ts';
import type { VmConfig } from '../text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName, wayOut } from '../../sdk/option-name.ts';
import type { Step } from '../../sdk/step.ts';
import { canTell, staticAddresses, wayWithoutAgent, type GuestSign } from '../vms/guest-signs.ts';

interface Wait {
  readonly vmid: number;
  readonly wait_for: GuestSign;
  /** Seconds. */
  readonly wait_timeout: number;
}

/** Waits for a sign of a guest; refuses to wait for what nobody could tell. */
export function waitForGuest(
  { vmid, wait_for: sign, wait_timeout: timeoutSeconds }: Wait,
  config: VmConfig,
  label: string,
): Step {
  const addresses = staticAddresses(config);
  requireAgent(sign, addresses, config, label);
  return {
    summary: `wait for ${sign === 'ssh' ? 'SSH' : `the ${SIGNS[sign]}`} of ${label}`,
    action: { kind: 'wait-guest', vmid, sign, addresses, timeoutSeconds },
    changesNothing: true,
  };
}

const SIGNS = { agent: 'agent', address: 'address', 'cloud-init': 'end of cloud-init' } as const;

function requireAgent(sign: GuestSign, addresses: readonly string[], config: VmConfig, label: string): void {
  if (canTell(sign, usesAgent(config.get('agent')), addresses.length > 0)) return;
  throw new UserError(
    `cannot wait for the ${sign} of ${label}: it has no guest agent that could tell; ` +
      wayOut({
        inRole: `set ${optionName('agent')}: true`,
        alone: 'turn it on by vm_configure with agent: true',
      }) +
      wayWithoutAgent(sign),
  );
}
