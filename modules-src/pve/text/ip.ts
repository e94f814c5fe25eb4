/** An IP address as a number; addresses of the two families are never equal. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** An address with the network it stands in, such as 192.168.1.100/24. */
export interface InterfaceAddress {
  readonly address: IpAddress;
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/** Reads an IPv4 or IPv6 address; undefined for any other text. Zones (`fe80::1%eth0`) are none. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  const isByte = (part: string): boolean => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255;
  if (parts.length !== 4 || !parts.every(isByte)) return undefined;
  return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

const GROUPS = 8;

function parseIpv6(text: string): IpAddress | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const front = ipv6Groups(head, tail === undefined);
  const back = tail === undefined ? [] : ipv6Groups(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = GROUPS - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...front, ...Array.from({ length: missing }, () => 0n), ...back];
  return { family: 6, value: groups.reduce((value, group) => (value << 16n) | group, 0n) };
}

/** Groups of 16 bits; the last part of an address may be an IPv4 address, which is two of them. */
function ipv6Groups(text: string, isEnd: boolean): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const embedded = isEnd && last.includes('.') ? parseIpv4(last) : undefined;
  const plain = embedded === undefined ? parts : parts.slice(0, -1);
  if (!plain.every(part => /^[0-9a-f]{1,4}$/i.test(part))) return undefined;
  const groups = plain.map(part => BigInt(`0x${part}`));
  return embedded === undefined ? groups : [...groups, embedded.value >> 16n, embedded.value & 0xffffn];
}

/** Reads `<address>/<prefix length>`; undefined for any other text, `dhcp` among them. */
export function parseInterfaceAddress(text: string): InterfaceAddress | undefined {
  const [, ip = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseIp(ip);
  const prefix = Number(length);
  return address === undefined || prefix > BITS[address.family] ? undefined : { address, prefix };
}

export const sameIp = (a: IpAddress, b: IpAddress): boolean => a.family === b.family && a.value === b.value;

const hostBits = ({ address, prefix }: InterfaceAddress): bigint => BigInt(BITS[address.family] - prefix);

/** Whether an address lies in the network of another. */
export function isInNetwork(ip: IpAddress, network: InterfaceAddress): boolean {
  const bits = hostBits(network);
  return ip.family === network.address.family && ip.value >> bits === network.address.value >> bits;
}

/** fe80::/10: a router may well be reached by such an address, whatever network the guest has. */
export const isLinkLocal = ({ family, value }: IpAddress): boolean =>
  family === 6 && value >> 118n === 0x3fan;

/** What an IPv4 address is that no host can have: the network itself, or its broadcast address. */
export function reservedAs(host: InterfaceAddress): 'network' | 'broadcast' | undefined {
  const bits = hostBits(host);
  // Point-to-point networks (/31) and single addresses (/32) have neither.
  if (host.address.family === 6 || bits < 2n) return undefined;
  const mask = (1n << bits) - 1n;
  const part = host.address.value & mask;
  if (part === 0n) return 'network';
  return part === mask ? 'broadcast' : undefined;
}
