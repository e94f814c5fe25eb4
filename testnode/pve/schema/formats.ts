import { isIP, isIPv4, isIPv6 } from 'node:net';

/** Checks a text; answers what is wrong with it, or nothing. */
type Check = (value: string) => string | undefined;

const DNS_LABEL = /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const VOLUME_ID = /^[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]:.+$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9_\-+.]*$/i;
const UNICAST_MAC = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i;
const CONTENTS = 'images rootdir vztmpl iso backup snippets import none'.split(' ');
const BOOT_DEVICE = /^(ide|sata|scsi|virtio|net|hostpci|usb)\d+$/;
const HOTPLUG_FEATURES = ['network', 'disk', 'cpu', 'memory', 'usb', 'cloudinit'];
const USER = /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/;
const NAME = /^[A-Za-z0-9.\-_]+$/;
const TASK_STATES = ['ok', 'warning', 'error', 'unknown'];
const CHECKS = {
  'vm-id': must(value => /^[1-9][0-9]{2,8}$/.test(value), 'value does not look like a valid VM ID'),
  'dns-name': must(isDnsName, 'value does not look like a valid DNS name'),
  'volume-id': value => (VOLUME_ID.test(value) ? undefined : `unable to parse volume ID '${value}'`),
  drive: value =>
    value === 'none' || value === 'cdrom' || value.startsWith('/') || VOLUME_ID.test(value)
      ? undefined
      : `unable to parse volume ID '${value}'`,
  'import-source': value =>
    value.startsWith('/') || VOLUME_ID.test(value) ? undefined : `unable to parse volume ID '${value}'`,
  mac: must(value => UNICAST_MAC.test(value), 'value does not look like a valid unicast MAC address'),
  ipv4: must(value => isIPv4(value), 'value does not look like a valid IPv4 address'),
  ipv6: must(value => isIPv6(value), 'value does not look like a valid IPv6 address'),
  'ipv4-config': must(isIpv4Config, 'value does not look like a valid ipv4 network configuration'),
  'ipv6-config': must(isIpv6Config, 'value does not look like a valid ipv6 network configuration'),
  tag: must(value => TAG.test(value), 'invalid characters in tag'),
  'boot-devices': checkBootDevices,
  'hotplug-features': checkHotplug,
  'user-id': value =>
    USER.test(value) ? undefined : `value '${value}' does not look like a valid user name`,
  'token-id': value =>
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$/.test(value)
      ? undefined
      : `value '${value}' does not look like a valid token ID`,
  'group-id': value => (NAME.test(value) ? undefined : `group name '${value}' contains invalid characters`),
  'role-id': value => (NAME.test(value) ? undefined : `role name '${value}' contains invalid characters`),
  realm: must(value => /^[A-Za-z][A-Za-z0-9.\-_]+$/.test(value), 'value does not look like a valid realm'),
  'task-status': value => (TASK_STATES.includes(value) ? undefined : `invalid status '${value}'`),
  'url-encoded': value =>
    /^[-%a-zA-Z0-9_.!~*'()]*$/.test(value) ? undefined : `invalid urlencoded string: ${value}`,
  'config-id': value =>
    /^[a-z][a-z0-9_-]+$/i.test(value) ? undefined : `invalid configuration ID '${value}'`,
  'storage-id': value =>
    /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(value)
      ? undefined
      : `storage ID '${value}' contains illegal characters`,
  'pool-id': value => (/^[a-z0-9._/-]+$/i.test(value) ? undefined : `invalid pool ID '${value}'`),
  'absolute-path': must(value => value.startsWith('/'), 'value does not look like a valid absolute path'),
  'node-name': must(value => DNS_LABEL.test(value), 'value does not look like a valid node name'),
  'disk-size': must(
    value => /^\d+(\.\d+)?[KMGT]?$/.test(value),
    'invalid format - value does not look like a valid disk size',
  ),
  address: value =>
    isIP(value) > 0 || isDnsName(value) ? undefined : `value does not look like a valid address: ${value}`,
  content: value => (CONTENTS.includes(value) ? undefined : `invalid content type '${value}'`),
  'boot-disk': value =>
    /^(ide|sata|scsi|virtio)\d+$/.test(value) ? undefined : `invalid boot disk '${value}'`,
  'bridge-id': value => (/^[-_.\w]+$/.test(value) ? undefined : `invalid bridge ID '${value}'`),
  'cpu-set': must(isCpuSet, 'unable to parse cpuset option'),
  'phys-bits': must(isPhysBits, "value must be an integer between 8 and 64 or 'host'"),
  'startup-order': must(isStartupOrder, 'unable to parse startup options'),
} satisfies Record<string, Check>;

export type FormatName = keyof typeof CHECKS;

/** What is wrong with a text of this format, or nothing. */
export function checkFormat(format: FormatName, value: string): string | undefined {
  return CHECKS[format](value);
}

function must(isValid: (value: string) => boolean, problem: string): Check {
  return value => (isValid(value) ? undefined : problem);
}

function isDnsName(value: string): boolean {
  return value.length > 0 && value.split('.').every(label => DNS_LABEL.test(label));
}

function isIpv4Config(value: string): boolean {
  if (value === 'dhcp') return true;
  const [address, prefix] = splitCidr(value);
  return prefix >= 8 && prefix <= 32 && isIPv4(address);
}

function isIpv6Config(value: string): boolean {
  if (value === 'auto' || value === 'dhcp') return true;
  const [address, prefix] = splitCidr(value);
  return prefix >= 8 && prefix <= 128 && isIPv6(address);
}

function splitCidr(value: string): [address: string, prefix: number] {
  const match = /^(.+)\/(\d{1,3})$/.exec(value);
  return [match?.[1] ?? '', Number(match?.[2] ?? NaN)];
}

function checkBootDevices(value: string): string | undefined {
  const devices = value.split(';').filter(device => device !== '');
  const unknown = devices.find(device => !BOOT_DEVICE.test(device));
  return unknown === undefined ? undefined : `invalid boot device '${unknown}'`;
}

function checkHotplug(value: string): string | undefined {
  if (value === '0' || value === '1' || value === '') return undefined;
  const unknown = value.split(/[,; ]+/).find(feature => !HOTPLUG_FEATURES.includes(feature));
  return unknown === undefined ? undefined : `invalid hotplug feature '${unknown}'`;
}

function isCpuSet(value: string): boolean {
  return value
    .split(/\s*,\s*/)
    .filter(part => part.trim() !== '')
    .every(part => {
      const [, from = '', to = from] = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part) ?? [];
      return from !== '' && Number(from) <= Number(to);
    });
}

function isPhysBits(value: string): boolean {
  return value === 'host' || (/^\d{1,2}$/.test(value) && Number(value) >= 8 && Number(value) <= 64);
}

function isStartupOrder(value: string): boolean {
  return (
    value !== '' &&
    value
      .split(',')
      .filter(part => part.trim() !== '')
      .every(part => /^((order=)?\d+|(up|down)=\d+)$/.test(part))
  );
}
