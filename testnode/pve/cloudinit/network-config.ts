import { existsSync, readFileSync } from 'node:fs';
import type { Section } from '../config/sections.ts';
import { IPCONFIG_PROPERTIES } from '../options/device.ts';
import { parsePropertyString } from '../schema/property-string.ts';
import { parseNet } from '../config/network.ts';

const RESOLVER = '/etc/resolv.conf';

/** One network device as cloud-init is to set it up. */
export interface Interface {
  readonly name: string;
  readonly mac: string;
  readonly ip?: string;
  readonly gw?: string;
  readonly ip6?: string;
  readonly gw6?: string;
}

/** Network devices that have an `ipconfigN`; one that says nothing means DHCP. */
export function interfacesOf(config: Section): readonly Interface[] {
  return [...config.keys()]
    .flatMap(key => /^net(\d+)$/.exec(key)?.[1] ?? [])
    .filter(number => config.has(`ipconfig${number}`))
    .sort()
    .map(number => ({
      name: `eth${number}`,
      mac: (parseNet(config.get(`net${number}`) ?? '').get('macaddr') ?? '').toLowerCase(),
      ...addressesOf(config.get(`ipconfig${number}`) ?? ''),
    }));
}

function addressesOf(text: string): Readonly<Record<string, string>> {
  const addresses = parsePropertyString(IPCONFIG_PROPERTIES, text);
  const isUnset = !addresses.has('ip') && !addresses.has('ip6');
  return isUnset ? { ip: 'dhcp', ip6: 'dhcp' } : Object.fromEntries(addresses);
}

/** DNS servers and search domains: the VM's own, else, each for itself, those of the node. */
export function resolverOf(config: Section): {
  readonly servers: readonly string[];
  readonly domains: readonly string[];
} {
  const host = hostResolver();
  const [servers, domains] = [config.get('nameserver'), config.get('searchdomain')];
  return {
    servers: servers === undefined ? host.servers : words(servers),
    domains: domains === undefined ? host.domains : words(domains),
  };
}

/** The network part of a nocloud drive: cloud-init's network format, version 1. */
export function networkVersion1(config: Section): string {
  const lines = [
    'version: 1',
    'config:',
    ...interfacesOf(config).flatMap(describe),
    ...describeResolver(config),
  ];
  return `${lines.join('\n')}\n`;
}

/** Netmask of a prefix length: 24 is 255.255.255.0. */
export function netmask(prefix: number): string {
  const bits = '1'.repeat(prefix).padEnd(32, '0');
  return [0, 8, 16, 24].map(start => parseInt(bits.slice(start, start + 8), 2)).join('.');
}

function describe(device: Interface): readonly string[] {
  return [
    '    - type: physical',
    `      name: ${device.name}`,
    `      mac_address: '${device.mac}'`,
    '      subnets:',
    ...describeIpv4(device),
    ...describeIpv6(device),
  ];
}

function describeIpv4({ ip, gw }: Interface): readonly string[] {
  if (ip === undefined) return [];
  if (ip === 'dhcp') return ['      - type: dhcp4'];
  const [address = '', prefix = ''] = ip.split('/');
  return [
    '      - type: static',
    `        address: '${address}'`,
    `        netmask: '${netmask(Number(prefix))}'`,
    ...(gw === undefined ? [] : [`        gateway: '${gw}'`]),
  ];
}

function describeIpv6({ ip6, gw6 }: Interface): readonly string[] {
  if (ip6 === undefined) return [];
  if (ip6 === 'auto') return ['      - type: ipv6_slaac'];
  if (ip6 === 'dhcp') return ['      - type: dhcp6'];
  return [
    '      - type: static6',
    `        address: '${ip6}'`,
    ...(gw6 === undefined ? [] : [`        gateway: '${gw6}'`]),
  ];
}

function describeResolver(config: Section): readonly string[] {
  const { servers, domains } = resolverOf(config);
  return [
    '    - type: nameserver',
    ...(servers.length === 0 ? [] : ['      address:', ...servers.map(quoteItem)]),
    ...(domains.length === 0 ? [] : ['      search:', ...domains.map(quoteItem)]),
  ];
}

function quoteItem(text: string): string {
  return `      - '${text}'`;
}

function hostResolver(): { readonly servers: readonly string[]; readonly domains: readonly string[] } {
  const lines = existsSync(RESOLVER) ? readFileSync(RESOLVER, 'utf8').split('\n') : [];
  const valuesOf = (keys: RegExp): readonly string[] => lines.flatMap(line => keys.exec(line)?.[1] ?? []);
  return {
    servers: valuesOf(/^\s*nameserver\s+(\S+)/).slice(0, 3),
    domains: valuesOf(/^(?:search|domain)\s+(\S+)/).slice(-1),
  };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter(word => word !== '');
}
