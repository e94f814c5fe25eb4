import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setDefaultAutoSelectFamily, setDefaultAutoSelectFamilyAttemptTimeout, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { withoutLogin } from '../pve/images/file.ts';
import { credentialsFor, credentialsOf, type Credentials } from './credentials.ts';
import { HttpFailure, networkFailure } from './failure.ts';
import { interrupted } from '../system/interrupt.ts';
import { readText } from '../system/files.ts';
import { clusterProxy, proxyAuthorization, proxyFor, type ProxySources } from './proxy.ts';
import { addressIn, lookupThrough, type Gate } from './reach.ts';
import { systemTrust } from './tls.ts';
import { answered, requestToProxy, tlsOptions, tunnel, type Sending, type Trusting } from './tunnel.ts';
import type { NetworkSettings } from '../sdk/image.ts';

const DATACENTER_CONFIG = '/etc/pve/datacenter.cfg';

/** How to reach servers. */
export interface Transport extends Trusting {
  readonly proxies: ProxySources;
  /** What only the server of the image is shown. */
  readonly credentials: Credentials | undefined;
  /** Seconds without a byte of the file. */
  readonly stallTimeout: number;
}

/** Reaches servers as curl on the same node would. */
export async function createTransport(settings: NetworkSettings): Promise<Transport> {
  // Tries IPv4 soon when IPv6 leads nowhere; Node's own 250 ms for it are too short for distant servers.
  setDefaultAutoSelectFamily(true);
  setDefaultAutoSelectFamilyAttemptTimeout(2000);
  const cluster = clusterProxy((await readText(DATACENTER_CONFIG)) ?? '');
  return {
    proxies: { given: settings.proxy, cluster, environment: process.env },
    validateCerts: settings.validateCerts,
    trust: systemTrust(settings.caPath, 'cloud_image_ca_path'),
    credentials: settings.login && credentialsOf(settings.login),
    connectTimeout: settings.connectTimeout,
    stallTimeout: settings.stallTimeout,
  };
}

type Headers = Readonly<Record<string, string>>;

export interface Asked {
  readonly response: IncomingMessage;
  /** Address of the server; undefined when a proxy alone knows it. */
  readonly address: string | undefined;
}

/** Asks one server for one URL and answers whatever it says, whatever the status; where it is, the gate may refuse. */
export async function ask(url: URL, headers: Headers, transport: Transport, gate: Gate): Promise<Asked> {
  const proxy = proxyFor(url, transport.proxies);
  const where = proxy === undefined ? url.host : `${url.host} (through the proxy ${proxy.host})`;
  const own = credentialsFor(url, transport.credentials);
  const all = { 'user-agent': 'ansible-role-proxmox', ...own, 'accept-encoding': 'identity', ...headers };
  const named = addressIn(url);
  try {
    if (named !== undefined) gate(url.host, named);
    const sending = { headers: all, lookup: lookupThrough(gate), signal: interrupted };
    const response = await answered(await requestFor(url, proxy, sending, transport), 'response', transport);
    const address = named ?? (proxy === undefined ? response.socket.remoteAddress : undefined);
    watchStall(response, where, transport);
    return { response, address };
  } catch (error) {
    throw networkFailure(error, where);
  }
}

async function requestFor(
  url: URL,
  proxy: URL | undefined,
  options: Sending,
  transport: Transport,
): Promise<ClientRequest> {
  if (proxy === undefined) {
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...options, ...tlsOptions(url, transport), agent: false })
      : httpRequest(url, { ...options, agent: false });
  }
  if (url.protocol === 'http:') return requestToProxy(proxy, throughProxy(url, proxy, options), transport);
  const socket = await tunnel(proxy, url, transport);
  const createConnection = (): Socket => tlsConnect({ ...tlsOptions(url, transport), socket });
  return httpsRequest(url, { ...options, createConnection });
}

/** The whole URL goes to the proxy; a login in it becomes the header that it stands for. */
function throughProxy(url: URL, proxy: URL, options: Sending): Sending {
  return {
    ...options,
    path: withoutLogin(url.href),
    headers: { Host: url.host, ...options.headers, ...proxyAuthorization(proxy) },
    ...(url.username !== '' && {
      auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
    }),
  };
}

function watchStall(response: IncomingMessage, where: string, { stallTimeout }: Transport): void {
  response.socket.setTimeout(stallTimeout * 1000, () =>
    response.destroy(new HttpFailure(`${where} sent nothing for ${stallTimeout} s`, true)),
  );
}
