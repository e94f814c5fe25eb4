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
  regex: '^[A-Za-z][A-Za-z0-9._-]*:snippets/[^\\s,/]+$',
  says: 'the volume of a snippet such as local:snippets/user.yaml',
};

export const NET_SLOT: Pattern = { regex: '^net([0-9]|[12][0-9]|3[01])$', says: 'net0 to net31' };

const MODEL = '(?:e1000|i825|ne2k_|pcnet|rtl8139|virtio|vmxnet3)[\\w-]*';

/** Network devices of qemu-server 8.4 and 9.2. */
export const NET_DEVICE: Pattern = {
  regex: `^$|^(?=(?:.*,)?(?:model=)?${MODEL}(?:=[^,]*)?(?:,|$))\\S+$`,
  says: 'a model and more, without blanks, such as virtio,bridge=vmbr0',
};

/** The text of an option that `qm` takes apart. */
export const PROPERTIES: Pattern = { regex: '^[^\\n\\r]*$', says: 'one line' };

export const ADDRESSES: Pattern = {
  regex: '^(?:ip|gw)6?=[^,\\s]+(?:,(?:ip|gw)6?=[^,\\s]+)*$',
  says: 'a text such as ip=10.0.0.5/24,gw=10.0.0.1, or a dictionary of ip, gw, ip6 and gw6',
};

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

/** Proxmox VE takes 8192 characters, among them the mark of the role, which grows with what becomes of the VM. */
export const NOTES: Pattern = {
  regex: '^[\\s\\S]{0,7168}$',
  says: 'a text of at most 7168 characters',
};

const BOOT = '(?:(?:legacy=)?[acdn]{1,4}|order=[a-z0-9;]*)';
const STARTUP = '(?:(?:order=)?\\d+|(?:up|down)=\\d+)';
const PLUGGED = '(?:network|disk|cpu|memory|usb|cloudinit)';

/** Of qemu-server 8.4 and 9.2, as the two below. */
export const BOOT_ORDER: Pattern = {
  regex: `^${BOOT}(?:,${BOOT})*$`,
  says: 'an order such as order=scsi0;net0',
};

export const STARTUP_ORDER: Pattern = {
  regex: `^${STARTUP}(?:,${STARTUP})*$`,
  says: 'an order and seconds such as order=1,up=30,down=60',
};

/** YAML reads some words as booleans. */
export const HOTPLUG: Pattern = {
  regex: `^(?:[01]|[Tt]rue|[Ff]alse|on|off|yes|no|${PLUGGED}(?:[,; ]+${PLUGGED})*)$`,
  says: '0, 1, or a list of network, disk, cpu, memory, usb and cloudinit',
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
