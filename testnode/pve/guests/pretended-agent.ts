import { interfacesOf } from '../cloudinit/network-config.ts';
import type { Section } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { isAgentSilent } from '../runtime/faults.ts';
import { hasOperatingSystem } from './operating-system.ts';

const LOOPBACK = {
  name: 'lo',
  'hardware-address': '00:00:00:00:00:00',
  'ip-addresses': [{ 'ip-address': '127.0.0.1', 'ip-address-type': 'ipv4', prefix: 8 }],
};

/** What the agent of a pretended guest answers: it has the addresses that cloud-init would have set. */
export function pretendAgent(config: Section, vmid: number, command: string): unknown {
  if (!hasOperatingSystem(config)) throw new PveFailure('QEMU guest agent is not running');
  switch (command) {
    case 'ping':
      return {};
    case 'network-get-interfaces':
      return [LOOPBACK, ...(isAgentSilent(vmid) ? [] : deviceAnswers(config, vmid))];
    case 'get-host-name':
      return { 'host-name': config.get('name') ?? `VM${vmid}` };
    case 'exec':
      return { pid: 1 };
    case 'exec-status':
      return { exited: true, exitcode: 0 };
    default:
      throw new PveFailure(`Agent error: the pretended guest does not know '${command}'`);
  }
}

function deviceAnswers(config: Section, vmid: number): readonly object[] {
  return interfacesOf(config).map(({ name, mac, ip, ip6 }, index) => ({
    name,
    'hardware-address': mac,
    'ip-addresses': [
      ...address(ip === 'dhcp' ? `192.0.2.${(vmid + index) % 200}/24` : ip, 'ipv4'),
      ...address(ip6 === 'auto' || ip6 === 'dhcp' ? undefined : ip6, 'ipv6'),
    ],
  }));
}

function address(cidr: string | undefined, type: string): readonly object[] {
  if (cidr === undefined) return [];
  const [ip = '', prefix = ''] = cidr.split('/');
  return [{ 'ip-address': ip, 'ip-address-type': type, prefix: Number(prefix) }];
}
