import type { IncomingMessage } from 'node:http';
import { shownUrl } from '../pve/images/file.ts';
import { HttpFailure, networkFailure, statusFailure } from './failure.ts';
import { anyAddress, notNearerThan } from './reach.ts';
import { ask, type Transport } from './request.ts';

export interface Answer {
  readonly response: IncomingMessage;
  /** Where the redirects led. */
  readonly url: URL;
}

export interface Query {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Asks for a URL, following redirects, whatever the status of the last answer. */
export async function httpGet(query: Query, transport: Transport): Promise<Answer> {
  const named = new URL(query.url);
  let [url, gate] = [named, anyAddress];
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const { response, address } = await ask(url, query.headers, transport, gate);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return { response, url };
    response.destroy();
    if (hops === 0) gate = notNearerThan(named, address);
    url = redirected(url, location);
  }
  throw new HttpFailure(`${url.host} redirects more than ${MOST_REDIRECTS} times; check the URL`, false);
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to === undefined || !['http:', 'https:'].includes(to.protocol))
    throw new HttpFailure(`${from.host} redirects to ${location}, which is no http or https URL`, false);
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new HttpFailure(
      `${from.host} redirects to ${shownUrl(to.href)}, where anyone on the way can read and change what comes; give a URL that stays with https, or that one itself`,
      false,
    );
  }
  return to;
}

const LONGEST_TEXT = 4 * 1024 ** 2;

/** What is behind a URL, for lists, signatures and keys of at most 4 MiB. */
export async function httpGetBytes(url: string, transport: Transport): Promise<Buffer> {
  const { response, url: final } = await httpGet({ url, headers: {} }, transport);
  if (response.statusCode !== 200) {
    response.destroy();
    throw statusFailure(response, final.host);
  }
  try {
    return await bytesOf(response);
  } catch (error) {
    throw networkFailure(error, final.host);
  }
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_TEXT) throw new HttpFailure('it is too large to be a list of checksums', false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
