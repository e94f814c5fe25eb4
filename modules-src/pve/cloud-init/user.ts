import { cloudInitDevices, netmask, splitPrefix, type CloudInitDevice } from './devices.ts';
import type { Resolver } from '../../sdk/readings.ts';
import { decodeText } from '../text/vm-config.ts';

type Lines = readonly string[];
type Config = ReadonlyMap<string, string>;

const ifSet = (value: string | undefined, line: (value: string) => string): Lines =>
  value === undefined ? [] : [line(value)];

/** The host name and the full one that PVE tells a guest, of the VM's name and search domains. */
function guestNames(vmid: number, config: Config): { readonly hostname: string; readonly fqdn: string } {
  const name = config.get('name') ?? `VM${vmid}`;
  if (name.includes('.')) return { hostname: name.replace(/\..*$/, ''), fqdn: name };
  const domain = config.get('searchdomain') ?? '';
  return { hostname: name, fqdn: domain === '' ? name : `${name}.${domain}` };
}

/** The user part that PVE writes where no snippet replaces it (qemu-server 8.4 and 9.2). */
export function userPart(vmid: number, config: Config): string {
  const { hostname, fqdn } = guestNames(vmid, config);
  const user = config.get('ciuser');
  const keys = config.get('sshkeys');
  const lines = [
    '#cloud-config',
    `hostname: ${hostname}`,
    'manage_etc_hosts: true',
    `fqdn: ${fqdn}`,
    ...ifSet(user, name => `user: ${name}`),
    ...(user === 'root' ? ['disable_root: False'] : []),
    ...ifSet(config.get('cipassword'), hash => `password: ${hash}`),
    ...(keys === undefined ? [] : ['ssh_authorized_keys:', ...keysOf(keys).map(key => `  - ${key}`)]),
    'chpasswd:',
    '  expire: False',
    ...(user === 'root' ? [] : ['users:', '  - default']),
    ...(config.get('ciupgrade') === '0' ? [] : ['package_upgrade: true']),
  ];
  return `${lines.join('\n')}\n`;
}

const keysOf = (encoded: string): Lines =>
  decodeText(encoded)
    .split('\n')
    .filter(key => key.trim() !== '');

/** All that an opennebula drive says, as shell variables. */
export function contextScript(vmid: number, config: Config, { servers, domains }: Resolver): string {
  const devices = cloudInitDevices(config);
  const lines = [
    `USERNAME=${config.get('ciuser') ?? 'root'}`,
    // Perl's encode_base64 breaks lines at 76 characters and ends with a line break of its own.
    ...ifSet(config.get('cipassword'), hash => `CRYPTED_PASSWORD_BASE64=${base64Lines(hash)}`),
    ...ifSet(
      config.get('sshkeys'),
      keys =>
        `SSH_PUBLIC_KEY="${decodeText(keys)
          .trimEnd()
          .split(/\s*\n\s*/)
          .join('\n')}"`,
    ),
    `SET_HOSTNAME=${guestNames(vmid, config).hostname}`,
    ...(servers.length > 0 ? [`DNS="${servers.join(' ')}"`] : []),
    ...(domains.length > 0 ? [`SEARCH_DOMAIN="${domains.join(' ')}"`] : []),
    ...devices.flatMap(contextDevice),
    ...(devices.some(({ ip, ip6 }) => ip !== undefined || ip6 !== undefined) ? ['NETWORK=YES'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const base64Lines = (text: string): string =>
  Buffer.from(text)
    .toString('base64')
    .replace(/.{1,76}/g, '$&\n');

function contextDevice({ number, mac, mtu, ip, gw, ip6, gw6 }: CloudInitDevice): Lines {
  const prefix = `ETH${number}`;
  const size = ifSet(mtu, bytes => `${prefix}_MTU=${bytes}`);
  return [
    ...(ip === undefined ? [] : [...context4(prefix, mac, ip, gw), ...size]),
    ...(ip6 === undefined ? [] : [...context6(prefix, mac, ip6, gw6), ...size]),
  ];
}

function context4(name: string, mac: string, ip: string, gw: string | undefined): Lines {
  if (ip === 'dhcp') return [`${name}_DHCP=YES`];
  const { address, prefix } = splitPrefix(ip);
  return [
    `${name}_IP=${address}`,
    `${name}_MASK=${netmask(prefix)}`,
    `${name}_MAC=${mac}`,
    ...ifSet(gw, router => `${name}_GATEWAY=${router}`),
  ];
}

function context6(name: string, mac: string, ip6: string, gw6: string | undefined): Lines {
  if (ip6 === 'dhcp') return [`${name}_DHCP6=YES`];
  if (ip6 === 'auto') return [`${name}_AUTO6=YES`];
  const { address, prefix } = splitPrefix(ip6);
  return [
    `${name}_IP6=${address}`,
    `${name}_MASK6=${prefix}`,
    `${name}_MAC6=${mac}`,
    ...ifSet(gw6, router => `${name}_GATEWAY6=${router}`),
  ];
}
