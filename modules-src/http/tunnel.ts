import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import { interrupted } from '../system/interrupt.ts';
import { HttpFailure, statusFailure } from './failure.ts';
import { proxyAuthorization } from './proxy.ts';
import { hostName } from './reach.ts';

/** Whom to believe by TLS, and how long to wait for him. */
export interface Trusting {
  readonly validateCerts: boolean;
  readonly trust: SecureContext;
  /** Seconds without a connection or an answer. */
  readonly connectTimeout: number;
}

export interface Sending {
  readonly method?: 'CONNECT';
  readonly path?: string;
  readonly auth?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly lookup?: LookupFunction;
  readonly signal: AbortSignal;
}

/** A connection to the server by way of the proxy, which sees the server's name and nothing else. */
export async function tunnel(proxy: URL, url: URL, trusting: Trusting): Promise<Socket> {
  const target = `${url.hostname}:${url.port || '443'}`;
  const headers = { Host: target, ...proxyAuthorization(proxy) };
  const request = requestToProxy(
    proxy,
    { method: 'CONNECT', path: target, headers, signal: interrupted },
    trusting,
  );
  const response = await answered(request, 'connect', trusting);
  if (response.statusCode !== 200) throw statusFailure(response, `the proxy ${proxy.host}`);
  return response.socket;
}

export function requestToProxy(proxy: URL, options: Sending, trusting: Trusting): ClientRequest {
  const place = { host: hostName(proxy), port: proxy.port, agent: false as const };
  if (proxy.protocol === 'http:') return httpRequest({ ...options, ...place });
  return httpsRequest({ ...tlsOptions(proxy, trusting), ...options, ...place });
}

export function tlsOptions(url: URL, { trust, validateCerts }: Trusting): ConnectionOptions {
  const host = hostName(url);
  // An address cannot be asked for by name (SNI), but its certificate is still compared with it.
  const servername = isIP(host) === 0 ? host : '';
  return { host, servername, secureContext: trust, rejectUnauthorized: validateCerts };
}

export function answered(
  request: ClientRequest,
  event: 'response' | 'connect',
  { connectTimeout }: Pick<Trusting, 'connectTimeout'>,
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
