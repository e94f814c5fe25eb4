import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { HttpFailure } from './failure.ts';

/** Where addresses are, the nearest first; what is in none of these networks is on the internet. */
const PLACES: readonly (readonly [place: string, networks: readonly string[]])[] = [
  ['this machine itself', ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128']],
  // The last two are where clouds tell a machine its secrets.
  ['the link of this machine', ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128', '100.100.100.200/32']],
  ['a private network', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']],
];

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const LISTS = PLACES.map(([, networks]) => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
});

/** How far an address is; an IPv4 address inside of an IPv6 one counts as itself, and one that nobody knows as far. */
function distanceOf(address: string | undefined): number {
  if (address === undefined) return LISTS.length;
  const found = LISTS.findIndex(list => list.check(address, familyOf(address)));
  return found < 0 ? LISTS.length : found;
}

/** Throws an HttpFailure for an address that a host must not be asked at. */
export type Gate = (host: string, address: string) => void;

export const anyAddress: Gate = () => undefined;

/**
 * Keeps a redirect from leading nearer than the server that was named: one of the internet could have this machine ask
 * itself or its network, such as the secrets that a cloud tells its machines. A near server is to be named.
 */
export function notNearerThan(named: URL, address: string | undefined): Gate {
  const least = distanceOf(address);
  return (host, to) => {
    const distance = distanceOf(to);
    if (distance >= least) return;
    throw new HttpFailure(
      `${named.host} redirects to ${host} (${to}), which is on ${PLACES[distance]?.[0] ?? ''}; if that is right, give the URL of that server itself`,
      false,
    );
  };
}

export const hostName = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** The address that a URL names; undefined for a name. */
export const addressIn = (url: URL): string | undefined =>
  isIP(hostName(url)) === 0 ? undefined : hostName(url);

/** Looks names up for a connection, so that what was judged is what is connected to. */
export const lookupThrough =
  (gate: Gate): LookupFunction =>
  (host, options, callback) => {
    lookup(host, options, (error, found: string | LookupAddress[], family) => {
      callback(error ?? refusalOf(gate, host, found), found, family);
    });
  };

function refusalOf(gate: Gate, host: string, found: string | LookupAddress[]): Error | null {
  try {
    for (const { address } of typeof found === 'string' ? [{ address: found }] : found) gate(host, address);
    return null;
  } catch (refusal) {
    return refusal instanceof Error ? refusal : new Error(String(refusal));
  }
}
