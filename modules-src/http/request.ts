import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import {
  isIP,
  setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout,
  type LookupFunction,
  type Socket,
} from 'node:net';
import { connect as tlsConnect, type ConnectionOptions, type SecureContext } from 'node:tls';
import { withoutLogin } from '../pve/images/file.ts';
import { credentialsFor, credentialsOf, type Credentials } from './credentials.ts';
import { HttpFailure, networkFailure, statusFailure } from './failure.ts';
import { interrupted } from '../system/interrupt.ts';
import { readText } from '../system/files.ts';
import { clusterProxy, proxyAuthorization, proxyFor, type ProxySources } from './proxy.ts';
import { addressIn, hostName, lookupThrough, type Gate } from './reach.ts';
import { systemTrust } from './tls.ts';
import type { NetworkSettings } from '../sdk/image.ts';

const DATACENTER_CONFIG = '/etc/pve/datacenter.cfg';

/** How to reach servers. */
export interface Transport {
  readonly proxies: ProxySources;
  readonly validateCerts: boolean;
  readonly trust: SecureContext;
  /** What only the server of the image is shown. */
  readonly credentials: Credentials | undefined;
  /** Seconds without a connection or an answer. */
  readonly connectTimeout: number;
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

interface Sending {
  readonly method?: 'CONNECT';
  readonly path?: string;
  readonly auth?: string;
  readonly headers: Headers;
  readonly lookup?: LookupFunction;
  readonly signal: AbortSignal;
}

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

function tlsOptions(url: URL, { trust, validateCerts }: Transport): ConnectionOptions {
  const host = hostName(url);
  // An address cannot be asked for by name (SNI), but its certificate is still compared with it.
  const servername = isIP(host) === 0 ? host : '';
  return { host, servername, secureContext: trust, rejectUnauthorized: validateCerts };
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

function requestToProxy(proxy: URL, options: Sending, transport: Transport): ClientRequest {
  const place = { host: hostName(proxy), port: proxy.port, agent: false as const };
  if (proxy.protocol === 'http:') return httpRequest({ ...options, ...place });
  return httpsRequest({ ...tlsOptions(proxy, transport), ...options, ...place });
}

/** A connection to the server by way of the proxy, which sees the server's name and nothing else. */
async function tunnel(proxy: URL, url: URL, transport: Transport): Promise<Socket> {
  const target = `${url.hostname}:${url.port || '443'}`;
  const headers = { Host: target, ...proxyAuthorization(proxy) };
  const request = requestToProxy(
    proxy,
    { method: 'CONNECT', path: target, headers, signal: interrupted },
    transport,
  );
  const response = await answered(request, 'connect', transport);
  if (response.statusCode !== 200) throw statusFailure(response, `the proxy ${proxy.host}`);
  return response.socket;
}

function answered(
  request: ClientRequest,
  event: 'response' | 'connect',
  { connectTimeout }: Transport,
): Promise<IncomingMessage> {
  return new Promise<IncomingMessage>((resolve, reject) => {
    // A timer of our own: those of the request begin when it is connected, which a black hole never lets it be.
    const timer = setTimeout(
      () => request.destroy(new HttpFailure(`there was no answer within ${connectTimeout} s`, true)),
      connectTimeout * 1000,
    );
    request.once('close', () => clearTimeout(timer));
    // Stays when the answer has come: an error without a listener would end the process.
    request.on('error', reject);
    request.once(event, (response: IncomingMessage) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.end();
  });
}

function watchStall(response: IncomingMessage, where: string, { stallTimeout }: Transport): void {
  response.socket.setTimeout(stallTimeout * 1000, () =>
    response.destroy(new HttpFailure(`${where} sent nothing for ${stallTimeout} s`, true)),
  );
}
