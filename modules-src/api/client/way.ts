import { isIPv6 } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { proxyFor } from '../../http/proxy.ts';
import { systemTrust } from '../../http/tls.ts';
import { tunnel } from '../../http/tunnel.ts';
import type { Connection } from './connection.ts';

type Place = Pick<Connection, 'host' | 'port'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that the environment of the controller names for the API, as it does for all programs there. */
export const proxyOf = (place: Place, environment: Environment = process.env): URL | undefined =>
  proxyFor(urlOf(place), { given: undefined, cluster: undefined, environment });

const urlOf = ({ host, port }: Place): URL => new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`);

/** The API as a message names it. */
export function placeName(place: Place): string {
  const proxy = proxyOf(place);
  return `${place.host}:${place.port}${proxy === undefined ? '' : ` (through the proxy ${proxy.host})`}`;
}

/** How the API is connected to: at once, or by way of the proxy, which sees its name and nothing else. */
export async function wayTo(connection: Place & Pick<Connection, 'timeout'>): Promise<ConnectionOptions> {
  const { host, port, timeout } = connection;
  const proxy = proxyOf(connection);
  if (proxy === undefined) return { host, port };
  const trusting = {
    validateCerts: true,
    trust: systemTrust(undefined, 'api_ca_path'),
    connectTimeout: timeout,
  };
  return { socket: await tunnel(proxy, urlOf(connection), trusting) };
}
