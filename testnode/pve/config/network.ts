import { randomBytes } from 'node:crypto';
import { NET_PROPERTIES } from '../options/device.ts';
import { parsePropertyString } from '../schema/property-string.ts';
import type { Properties } from '../schema/property-string.ts';

/** First half of the addresses that PVE gives out: Proxmox's own block. */
const MAC_PREFIX = 'BC:24:11';

export function parseNet(text: string): Properties {
  return parsePropertyString(NET_PROPERTIES, text);
}

/** A network device as PVE writes it: `virtio=MAC,` and the rest in alphabetical order. */
function formatNet(net: Properties): string {
  const mac = net.get('macaddr');
  const rest = [...net]
    .filter(([key]) => key !== 'model' && key !== 'macaddr')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `,${key}=${value}`);
  return `${net.get('model') ?? ''}${mac === undefined ? '' : `=${mac}`}${rest.join('')}`;
}

/** A device with an address: the one it was given, or a new random one each time. */
export function withMac(text: string): string {
  const net = parseNet(text);
  return formatNet(net.has('macaddr') ? net : new Map([...net, ['macaddr', randomMac()]]));
}

/** The same device with a new address, as a clone gets it. */
export function withNewMac(text: string): string {
  return formatNet(new Map([...parseNet(text), ['macaddr', randomMac()]]));
}

function randomMac(): string {
  const bytes = [...randomBytes(3)].map(byte => byte.toString(16).toUpperCase().padStart(2, '0'));
  return [MAC_PREFIX, ...bytes].join(':');
}
