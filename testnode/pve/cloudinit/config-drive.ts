import type { Section } from '../config/sections.ts';
import { interfacesOf, netmask, resolverOf } from './network-config.ts';
import type { Interface } from './network-config.ts';

const TAB = '        ';

/** The network part of a configdrive2 or opennebula drive: Debian's /etc/network/interfaces. */
export function networkInterfaces(config: Section): string {
  const { servers, domains } = resolverOf(config);
  const lines = [
    'auto lo',
    'iface lo inet loopback',
    '',
    ...(servers.length === 0 ? [] : [`${TAB}dns_nameservers ${servers.join(' ')}`]),
    ...(domains.length === 0 ? [] : [`${TAB}dns_search ${domains.join(' ')}`]),
    ...interfacesOf(config).flatMap(describe),
  ];
  return `${lines.join('\n')}\n`;
}

/** The meta part of a configdrive2 drive. */
export function configDriveMeta(uuid: string): string {
  return `{\n     "uuid": "${uuid}",\n     "network_config": { "content_path": "/content/0000" }\n}\n`;
}

function describe(device: Interface): readonly string[] {
  return [`auto ${device.name}`, ...describeIpv4(device), ...describeIpv6(device)];
}

function describeIpv4({ name, ip, gw }: Interface): readonly string[] {
  if (ip === undefined) return [];
  if (ip === 'dhcp') return [`iface ${name} inet dhcp`];
  const [address = '', prefix = ''] = ip.split('/');
  return [
    `iface ${name} inet static`,
    `${TAB}address ${address}`,
    `${TAB}netmask ${netmask(Number(prefix))}`,
    ...(gw === undefined ? [] : [`${TAB}gateway ${gw}`]),
  ];
}

function describeIpv6({ name, ip6, gw6 }: Interface): readonly string[] {
  if (ip6 === undefined) return [];
  if (ip6 === 'auto' || ip6 === 'dhcp') return [`iface ${name} inet6 ${ip6}`];
  const [address = '', prefix = ''] = ip6.split('/');
  return [
    `iface ${name} inet6 static`,
    `${TAB}address ${address}`,
    `${TAB}netmask ${prefix}`,
    ...(gw6 === undefined ? [] : [`${TAB}gateway ${gw6}`]),
  ];
}
