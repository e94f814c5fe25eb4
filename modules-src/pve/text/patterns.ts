import type { Pattern } from '../../sdk/option.ts';

/** Name of a VM: PVE takes a DNS name (pve-common, format dns-name). */
export const VM_NAME: Pattern = {
  regex:
    '^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$',
  says: 'a DNS name: letters, digits and hyphens, in parts of at most 63 characters',
};

export const NODE_NAME: Pattern = {
  regex: '^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
  says: 'the name of a node as `pvesh get /nodes` lists it',
};

export const STORAGE_ID: Pattern = {
  regex: '^[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]$',
  says: 'the name of a storage as `pvesm status` lists it',
};

export const DISK_SLOT: Pattern = {
  regex: '^(scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])|sata[0-5]|ide[0-3])$',
  says: 'a bus and slot such as scsi0',
};

export const SNIPPET_VOLUME: Pattern = {
  regex: '^[A-Za-z][A-Za-z0-9._-]*:snippets/[^\\s,]+$',
  says: 'the volume of a snippet such as local:snippets/user.yaml',
};

export const NET_SLOT: Pattern = { regex: '^net([0-9]|[12][0-9]|3[01])$', says: 'net0 to net31' };

export const BRIDGE: Pattern = {
  regex: '^[A-Za-z][A-Za-z0-9_.-]{0,14}$',
  says: 'the name of a bridge or VNet such as vmbr1',
};

export const ABSOLUTE_PATH: Pattern = { regex: '^/[^\\n,]*$', says: 'an absolute path without commas' };

/** One line that cannot be taken for an option of `qm`. */
export const ONE_LINE: Pattern = {
  regex: '^(?!-)[^\\n\\r\\0]{0,4096}$',
  says: 'one line of at most 4096 characters that does not begin with a hyphen',
};

export const HTTP_URL: Pattern = { regex: '^https?://[^\\s]+$', says: 'an http:// or https:// URL' };

export const IPV4: Pattern = {
  regex: '^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}$',
  says: 'an IPv4 address such as 192.168.1.1',
};

/** A gateway, or the word for a network that leads nowhere else. */
export const GATEWAY: Pattern = {
  regex: `^none$|${IPV4.regex}`,
  says: 'an IPv4 address such as 192.168.1.1, or none',
};

export const IPV4_CONFIG: Pattern = {
  regex: '^(dhcp|((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!/)|(?=/))){4}/(3[0-2]|[12]?\\d))$',
  says: 'dhcp, or an address with its prefix length such as 192.168.1.100/24',
};

export const IPV6: Pattern = {
  regex: '^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$',
  says: 'an IPv6 address such as 2001:db8::1',
};

export const IPV6_CONFIG: Pattern = {
  regex: '^(dhcp|auto|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/(12[0-8]|1[01]\\d|\\d?\\d))$',
  says: 'dhcp, auto, or an address with its prefix length such as 2001:db8::10/64',
};

/** Linux takes nearly any word, Windows spaces inside as well; what YAML or passwd(5) would read otherwise is left out. */
export const USER_NAME: Pattern = {
  regex: '^[A-Za-z0-9_]([A-Za-z0-9_.@+ -]{0,62}[A-Za-z0-9_.$-])?$',
  says: 'a user name such as ubuntu or Administrator',
};

export const TAG: Pattern = {
  regex: '^[A-Za-z0-9_][A-Za-z0-9_+.-]*$',
  says: 'a tag: letters, digits, and . _ + - inside',
};

/** What stands among other properties: a comma or an equals sign would begin another one. */
export const PROPERTY_WORD: Pattern = {
  regex: '^[A-Za-z0-9][A-Za-z0-9_.:;-]*$',
  says: 'a word of letters, digits and _ . : ; -',
};
