import { parseProperties } from '../text/property-string.ts';

/** A network device that cloud-init sets up: those with an `ipconfig<n>`. */
export interface CloudInitDevice {
  readonly number: string;
  /** In lower case. */
  readonly mac: string;
  readonly mtu?: string | undefined;
  readonly ip?: string | undefined;
  readonly gw?: string | undefined;
  readonly ip6?: string | undefined;
  readonly gw6?: string | undefined;
}

const MAC = /(?:^|[,=])((?:[0-9a-f]{2}:){5}[0-9a-f]{2})(?:,|$)/i;

/** The devices in the order in which PVE writes them: that of their names as text, net10 before net2. */
export function cloudInitDevices(config: ReadonlyMap<string, string>): readonly CloudInitDevice[] {
  return [...config]
    .flatMap(([key, net]) => {
      const number = /^net(\d+)$/.exec(key)?.[1];
      const address = config.get(`ipconfig${number ?? ''}`);
      if (number === undefined || address === undefined || address === '') return [];
      const mtu = parseProperties(net, 'model').get('mtu');
      return [{ number, mac: (MAC.exec(net)?.[1] ?? '').toLowerCase(), mtu, ...addressesOf(address) }];
    })
    .sort((a, b) => (a.number < b.number ? -1 : 1));
}

type DeviceAddresses = Pick<CloudInitDevice, 'ip' | 'gw' | 'ip6' | 'gw6'>;

/** A gateway that PVE cannot place makes it write the device without any address (qemu-server 9.2, parse_ipconfig). */
function addressesOf(text: string): DeviceAddresses {
  const properties = parseProperties(text, 'ip');
  const [ip, gw, ip6, gw6] = ['ip', 'gw', 'ip6', 'gw6'].map(name => properties.get(name));
  if (gw !== undefined && (ip === undefined || ip === 'dhcp')) return {};
  if (gw6 !== undefined && (ip6 === undefined || ip6 === 'dhcp' || ip6 === 'auto')) return {};
  return ip === undefined && ip6 === undefined ? { ip: 'dhcp', ip6: 'dhcp' } : { ip, gw, ip6, gw6 };
}

export interface PrefixedAddress {
  readonly address: string;
  readonly prefix: string;
}

/** `192.0.2.5/24` in its parts. */
export function splitPrefix(text: string): PrefixedAddress {
  const [address = '', prefix = ''] = text.split('/');
  return { address, prefix };
}

/** Netmask of an IPv4 prefix length: 24 is 255.255.255.0. */
export function netmask(prefix: string): string {
  const bits = 2 ** 32 - 2 ** (32 - Number(prefix));
  return [24, 16, 8, 0].map(shift => Math.floor(bits / 2 ** shift) % 256).join('.');
}
