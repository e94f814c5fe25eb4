import { isIPv4, isIPv6 } from 'node:net';

/** Checks a text; answers what is wrong with it, or nothing. */
type Check = (value: string) => string | undefined;

const DNS_LABEL = /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const VOLUME_ID = /^[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]:.+$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9_\-+.]*$/i;
const UNICAST_MAC = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const BOOT_DEVICE = /^(ide|sata|scsi|virtio|net|hostpci|usb)\d+$/;
const HOTPLUG_FEATURES = ['network', 'disk', 'cpu', 'memory', 'usb', 'cloudinit'];
const CPU_TYPES = (
  '486 athlon Broadwell Broadwell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS Cascadelake-Server Cascadelake-Server-noTSX ' +
  'Cascadelake-Server-v2 Cascadelake-Server-v4 Cascadelake-Server-v5 Conroe Cooperlake Cooperlake-v2 core2duo coreduo ' +
  'EPYC EPYC-Genoa EPYC-Genoa-v2 EPYC-IBPB EPYC-Milan EPYC-Milan-v2 EPYC-Rome EPYC-Rome-v2 EPYC-Rome-v3 EPYC-Rome-v4 ' +
  'EPYC-Turin EPYC-v3 EPYC-v4 GraniteRapids Haswell Haswell-IBRS Haswell-noTSX Haswell-noTSX-IBRS host Icelake-Client ' +
  'Icelake-Client-noTSX Icelake-Server Icelake-Server-noTSX Icelake-Server-v3 Icelake-Server-v4 Icelake-Server-v5 ' +
  'Icelake-Server-v6 IvyBridge IvyBridge-IBRS KnightsMill kvm32 kvm64 max Nehalem Nehalem-IBRS Opteron_G1 Opteron_G2 ' +
  'Opteron_G3 Opteron_G4 Opteron_G5 Penryn pentium pentium2 pentium3 phenom qemu32 qemu64 SandyBridge SandyBridge-IBRS ' +
  'SapphireRapids SapphireRapids-v2 SierraForest Skylake-Client Skylake-Client-IBRS Skylake-Client-noTSX-IBRS ' +
  'Skylake-Client-v4 Skylake-Server Skylake-Server-IBRS Skylake-Server-noTSX-IBRS Skylake-Server-v4 Skylake-Server-v5 ' +
  'Westmere Westmere-IBRS x86-64-v2 x86-64-v2-AES x86-64-v3 x86-64-v4'
).split(' ');

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
  'tag-list': must(isTagList, 'invalid characters in tag'),
  'boot-devices': checkBootDevices,
  'cpu-type': checkCpuType,
  'hotplug-features': checkHotplug,
  'url-encoded': value =>
    /^[-%a-zA-Z0-9_.!~*'()]+$/.test(value) ? undefined : `invalid urlencoded string: ${value}`,
  'config-id': value =>
    /^[a-z][a-z0-9_-]+$/i.test(value) ? undefined : `invalid configuration ID '${value}'`,
  'storage-id': value =>
    /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(value)
      ? undefined
      : `storage ID '${value}' contains illegal characters`,
  'absolute-path': must(value => value.startsWith('/'), 'value does not look like a valid absolute path'),
  uuid: must(value => UUID.test(value), 'value does not look like a valid UUID'),
  'node-name': must(value => DNS_LABEL.test(value), 'value does not look like a valid node name'),
  'disk-size': must(
    value => /^\d+(\.\d+)?[KMGT]?$/.test(value),
    'invalid format - value does not look like a valid disk size',
  ),
  'pci-id': must(isPciList, 'value does not look like a valid PCI ID'),
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

function isTagList(value: string): boolean {
  return value
    .split(/[;, ]/)
    .filter(tag => tag !== '')
    .every(tag => TAG.test(tag));
}

function checkCpuType(value: string): string | undefined {
  const type = value
    .split(',')
    .map(part => /^(?:cputype=)?([^=]*)$/.exec(part)?.[1])
    .find(part => part !== undefined);
  if (type === undefined || type.startsWith('custom-') || CPU_TYPES.includes(type)) return undefined;
  return `Built-in cputype '${type}' is not defined (missing 'custom-' prefix?)`;
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

function isPciList(value: string): boolean {
  return value.split(';').every(id => /^(?:[0-9a-f]{4,}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-9a-f])?$/i.test(id));
}
