import { BlockList, isIP } from 'node:net';
import { UserError } from '../sdk/error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the name of a proxy may stand. */
export interface ProxySources {
  /** The user's own. */
  readonly given: string | undefined;
  /** Of the whole cluster, from datacenter.cfg. */
  readonly cluster: string | undefined;
  readonly environment: Environment;
}

/**
 * The proxy for a URL: the given one, else the environment's or the cluster's, which `no_proxy` may forbid. HTTP_PROXY
 * in capitals is not read, as curl does not: a web server sets it from a request's header.
 */
export function proxyFor(url: URL, { given, cluster, environment }: ProxySources): URL | undefined {
  if (given !== undefined) return parseProxy(given, 'the given proxy');
  const exceptions = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  if (isExcepted(url.hostname, exceptions)) return undefined;
  const names = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy'];
  const name = [...names, 'all_proxy', 'ALL_PROXY'].find(candidate => environment[candidate]) ?? '';
  const value = environment[name];
  if (value !== undefined) return parseProxy(value, `the environment's ${name}`);
  return cluster === undefined ? undefined : parseProxy(cluster, 'http_proxy of /etc/pve/datacenter.cfg');
}

/** The proxy that the whole cluster uses: a line of datacenter.cfg (pve-cluster 9, `http_proxy: http://host:port`). */
export function clusterProxy(datacenterConfig: string): string | undefined {
  return /^http_proxy:[ \t]*(\S+)/m.exec(datacenterConfig)?.[1];
}

function parseProxy(text: string, origin: string): URL {
  const full = text.includes('://') ? text : `http://${text}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  if (proxy !== undefined && ['http:', 'https:'].includes(proxy.protocol)) return proxy;
  // The text itself may hold a password.
  throw new UserError(`cannot use ${origin}: it is not the URL of an HTTP proxy; write http://host:port`);
}

/** Whether `no_proxy` names the host: itself, a domain above it, an address, a network such as 10.0.0.0/8, or all. */
function isExcepted(hostname: string, exceptions: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const entries = exceptions.toLowerCase().split(/[\s,]+/);
  return entries.filter(entry => entry !== '').some(entry => entry === '*' || matches(host, entry));
}

function matches(host: string, entry: string): boolean {
  if (isIP(host) !== 0) return entry === host || isInNetwork(host, entry);
  const domain = entry.replace(/^\*?\./, '');
  return host === domain || host.endsWith(`.${domain}`);
}

function isInNetwork(address: string, entry: string): boolean {
  const [network = '', prefix] = entry.split('/');
  if (prefix === undefined || isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  const list = new BlockList();
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(network, Number(prefix), family);
  return list.check(address, family);
}

/** The header that proves who we are to the proxy; empty when its URL names nobody. */
export function proxyAuthorization(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === '') return {};
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}
