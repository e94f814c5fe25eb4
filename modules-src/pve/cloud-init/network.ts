import { cloudInitDevices, netmask, splitPrefix, type CloudInitDevice } from './devices.ts';
import type { Resolver } from '../../sdk/readings.ts';

type Lines = readonly string[];
type Config = ReadonlyMap<string, string>;

const text = (lines: Lines): string => lines.map(line => `${line}\n`).join('');
const when = (condition: unknown, lines: Lines): Lines => (condition === true ? lines : []);
const ifSet = <T>(value: T | undefined, lines: (value: T) => Lines): Lines =>
  value === undefined ? [] : lines(value);

/** The network part of a nocloud drive: cloud-init's network format, version 1. */
export function networkVersion1(config: Config, { servers, domains }: Resolver): string {
  const items = (name: string, values: Lines): Lines =>
    when(values.length > 0, [`      ${name}:`, ...values.map(value => `      - '${value}'`)]);
  return text([
    'version: 1',
    'config:',
    ...cloudInitDevices(config).flatMap(physicalDevice),
    '    - type: nameserver',
    ...items('address', servers),
    ...items('search', domains),
  ]);
}

function physicalDevice(device: CloudInitDevice): Lines {
  return [
    '    - type: physical',
    `      name: eth${device.number}`,
    `      mac_address: '${device.mac}'`,
    '      subnets:',
    ...ifSet(device.ip, ip => subnet4(ip, device.gw)),
    ...ifSet(device.ip6, ip6 => subnet6(ip6, device.gw6)),
  ];
}

function subnet4(ip: string, gw: string | undefined): Lines {
  if (ip === 'dhcp') return ['      - type: dhcp4'];
  const { address, prefix } = splitPrefix(ip);
  return [
    '      - type: static',
    `        address: '${address}'`,
    `        netmask: '${netmask(prefix)}'`,
    ...gateway(gw),
  ];
}

function subnet6(ip6: string, gw6: string | undefined): Lines {
  if (ip6 === 'dhcp') return ['      - type: dhcp6'];
  if (ip6 === 'auto') return ['      - type: ipv6_slaac'];
  return ['      - type: static6', `        address: '${ip6}'`, ...gateway(gw6)];
}

const gateway = (gw: string | undefined): Lines => ifSet(gw, address => [`        gateway: '${address}'`]);

/** The network part of a configdrive2 drive: Debian's /etc/network/interfaces. */
export function networkInterfaces(config: Config, { servers, domains }: Resolver): string {
  return text([
    ...['auto lo', 'iface lo inet loopback', ''],
    ...when(servers.length > 0, [`        dns_nameservers ${servers.join(' ')}`]),
    ...when(domains.length > 0, [`        dns_search ${domains.join(' ')}`]),
    ...cloudInitDevices(config).flatMap(device => stanzas(device, [])),
  ]);
}

/** The same for Windows, whose cloudbase-init wants the DNS servers beside each static address. */
export function cloudbaseInterfaces(config: Config, { servers }: Resolver): string {
  const dns = when(servers.length > 0, [`        dns-nameservers ${servers.join(' ')}`]);
  return text(cloudInitDevices(config).flatMap(device => stanzas(device, dns)));
}

function stanzas({ number, ip, gw, ip6, gw6 }: CloudInitDevice, dns: Lines): Lines {
  const name = `eth${number}`;
  return [
    `auto ${name}`,
    ...ifSet(ip, value => stanza(`iface ${name} inet`, value, gw, dns, netmask)),
    ...ifSet(ip6, value => stanza(`iface ${name} inet6`, value, gw6, dns, prefix => prefix)),
  ];
}

function stanza(
  head: string,
  ip: string,
  gw: string | undefined,
  dns: Lines,
  mask: (prefix: string) => string,
): Lines {
  if (ip === 'dhcp' || ip === 'auto') return [`${head} ${ip}`];
  const { address, prefix } = splitPrefix(ip);
  return [
    `${head} static`,
    `        address ${address}`,
    `        netmask ${mask(prefix)}`,
    ...ifSet(gw, value => [`        gateway ${value}`]),
    ...dns,
  ];
}
