import type { VmConfig } from '../text/vm-config.ts';

const MAC = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i;

/**
 * How one logs in to a guest that runs, as the user that cloud-init makes: at an address that is known, else how that is
 * found which DHCP gives. Undefined where cloud-init makes no user.
 */
export function loginOf(vmid: number, config: VmConfig, addresses: readonly string[]): string | undefined {
  const user = config.get('ciuser');
  if (user === undefined) return undefined;
  const [address] = addresses;
  if (address !== undefined) return `ssh ${user}@${address}`;
  const mac = MAC.exec(config.get('net0') ?? '')?.[0];
  const leases = mac === undefined ? '' : `DHCP gives it to ${mac}; `;
  return `ssh ${user}@<address>; ${leases}with the guest agent \`qm guest cmd ${vmid} network-get-interfaces\` tells it`;
}
