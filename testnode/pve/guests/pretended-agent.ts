import { interfacesOf } from '../cloudinit/network-config.ts';
import type { Section } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { guestPrograms, isAgentSilent, type GuestProgram } from '../runtime/faults.ts';
import { hasOperatingSystem } from './operating-system.ts';

const LOOPBACK = {
  name: 'lo',
  'hardware-address': '00:00:00:00:00:00',
  'ip-addresses': [{ 'ip-address': '127.0.0.1', 'ip-address-type': 'ipv4', prefix: 8 }],
};

/** What the agent of a pretended guest answers: it has the addresses that cloud-init would have set. */
export function pretendAgent(
  config: Section,
  vmid: number,
  command: string,
  args: Readonly<Record<string, unknown>>,
): unknown {
  if (!hasOperatingSystem(config)) throw new PveFailure('QEMU guest agent is not running');
  switch (command) {
    case 'ping':
      return {};
    case 'network-get-interfaces':
      return [LOOPBACK, ...(isAgentSilent(vmid) ? [] : deviceAnswers(config, vmid))];
    case 'get-host-name':
      return { 'host-name': config.get('name') ?? `VM${vmid}` };
    case 'exec':
      return { pid: ANY_PROGRAM + 1 + orderedProgram(args) };
    case 'exec-status':
      return endOf(guestPrograms()[Number(args['pid']) - ANY_PROGRAM - 1]);
    default:
      throw new PveFailure(`Agent error: the pretended guest does not know '${command}'`);
  }
}

const ANY_PROGRAM = 1;

/** Place in the list of programs whose end somebody has ordered; -1: none of them. */
const orderedProgram = ({ arg }: Readonly<Record<string, unknown>>): number =>
  guestPrograms().findIndex(({ match }) => Array.isArray(arg) && arg.join(' ').includes(match));

const endOf = ({ exitCode = 0, output = '' }: Partial<GuestProgram> = {}): object => ({
  exited: true,
  exitcode: exitCode,
  ...(output !== '' && { 'out-data': Buffer.from(output, 'utf8').toString('base64') }),
});

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
