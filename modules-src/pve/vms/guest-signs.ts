import { isDictionary } from '../../sdk/dictionary.ts';
import type { GuestInterface, GuestSigns } from '../../sdk/readings.ts';
import { parseProperties } from '../text/property-string.ts';

/** What a guest that comes up can be waited for. */
export type GuestSign = 'agent' | 'address' | 'ssh' | 'cloud-init';

export const NO_SIGNS: GuestSigns = { agent: false, interfaces: [] };

export const addressesOf = ({ interfaces }: GuestSigns): string[] =>
  interfaces.flatMap(({ addresses }) => addresses);

/** Ends of cloud-init; `degraded` is one with warnings (cloud-init 22.4 to 25.1). */
const ENDED = /^(?:done|error|disabled|degraded)/;

export function hasSign(sign: GuestSign, signs: GuestSigns): boolean {
  switch (sign) {
    case 'agent':
      return signs.agent;
    case 'address':
      return addressesOf(signs).length > 0;
    case 'ssh':
      return signs.ssh !== undefined;
    case 'cloud-init':
      return ENDED.test(signs.cloudInit?.status ?? '');
  }
}

/** Nothing but the agent tells what happens inside; only SSH can be tried at an address that is known without it. */
export const canTell = (sign: GuestSign, usesAgent: boolean, hasAddress: boolean): boolean =>
  usesAgent || (sign === 'ssh' && hasAddress);

/** What else than an agent makes the sign known. */
export const wayWithoutAgent = (sign: GuestSign): string =>
  sign === 'ssh' ? ', or give it a static address' : ', or wait for ssh at a static address';

/** Why the sign is not there yet, as far as the guest tells. */
export function missingSign(sign: GuestSign, signs: GuestSigns, expectedAt: readonly string[]): string {
  if (sign !== 'ssh' && !signs.agent) return 'its guest agent did not answer';
  if (sign === 'address') return 'its guest agent reported no address';
  if (sign === 'ssh') {
    const addresses = new Set([...expectedAt, ...addressesOf(signs)]);
    return addresses.size > 0
      ? `no SSH server answered at ${[...addresses].join(', ')}`
      : 'nobody knows an address of it: it has no static one, and its guest agent did not answer';
  }
  return signs.cloudInit === undefined
    ? 'cloud-init did not tell its status, or its guest agent lets no programs run (guest-exec)'
    : `cloud-init is still "${signs.cloudInit.status}"`;
}

/** The static addresses that a VM's cloud-init settings give its guest. */
export const staticAddresses = (config: ReadonlyMap<string, string>): string[] =>
  [...config].flatMap(([key, text]) => {
    if (!/^ipconfig\d+$/.test(key)) return [];
    const properties = parseProperties(text, 'ip');
    return ['ip', 'ip6'].flatMap(name => {
      const [address, prefix] = (properties.get(name) ?? '').split('/');
      return address === undefined || prefix === undefined ? [] : [address];
    });
  });

/** The network device of the VM that an interface of its guest is. */
export const deviceOf = (mac: string, config: ReadonlyMap<string, string>): string | undefined =>
  [...config].find(
    ([key, text]) => /^net\d+$/.test(key) && text.toLowerCase().includes(mac) && mac !== '',
  )?.[0];

const records = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isDictionary) : [];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Interfaces in the agent's answer to `guest-network-get-interfaces`; loopback is none. */
export const readInterfaces = (answer: unknown): GuestInterface[] =>
  records(answer)
    .map(found => ({
      name: textOf(found['name']),
      mac: textOf(found['hardware-address']).toLowerCase(),
      addresses: records(found['ip-addresses'])
        .map(address => textOf(address['ip-address']))
        .filter(address => !/^(?:$|127\.|::1$|fe80:|169\.254\.)/i.test(address)),
    }))
    .filter(({ name, addresses }) => name !== 'lo' && addresses.length > 0);

/**
 * One question for both, because each program that the agent starts takes a while; and cloud-init is asked once, whatever it
 * ends with (1 for an error), because that takes many seconds in a guest that is slow or has much to do.
 */
export const STATUS_SCRIPT =
  'cloud-init status --long 2>/dev/null; echo "--units--"; ' +
  'systemctl list-units --failed --plain --no-legend --no-pager 2>/dev/null';

/** How long that may take where nobody says: half a second is usual, half a minute in an emulated guest that boots. */
export const SECONDS_TO_TELL = 60;

/** What that script printed. */
export function readStatus(printed: string): Required<Pick<GuestSigns, 'cloudInit' | 'failedUnits'>> {
  const [status = '', units = ''] = printed.split('--units--\n');
  const field = (name: string): string =>
    new RegExp(`^${name}:(.*(?:\\n(?![a-z_]+:).*)*)`, 'm')
      .exec(status)?.[1]
      ?.trim()
      .replace(/\s*\n\s*/g, ' ') ?? '';
  const errors = field('errors').replace(/^(?:\[\]$|- )/, '');
  return {
    cloudInit: {
      status: /^status:\s*(.+?)\s*$/m.exec(status)?.[1] ?? 'not installed',
      // Errors have a field of their own since 23.4, and the detail is where the data came from.
      detail: errors === '' ? field('detail') : errors,
    },
    failedUnits: units.split('\n').flatMap(line => /^(\S+\.\S+)\s/.exec(line)?.[1] ?? []),
  };
}
