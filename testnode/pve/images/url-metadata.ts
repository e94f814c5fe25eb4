import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isSystemError, messageOf, PveFailure } from '../runtime/failure.ts';

/** As many redirections as Perl's client follows; the next one is its answer. */
const MOST_REDIRECTIONS = 7;
const MILLISECONDS_TO_WAIT = 20_000;
const REDIRECTIONS = [301, 302, 303, 307, 308];

/** What a server says about a file without sending it. */
export interface UrlMetadata {
  readonly size?: number;
  readonly filename?: string;
  readonly mimetype?: string;
}

/** Asks by HEAD; a server that does not know HEAD cannot be asked. */
export async function urlMetadata(url: string, verifiesCertificates: boolean): Promise<UrlMetadata> {
  let at = url;
  for (let redirections = 0; ; redirections += 1) {
    const answer = await ask(at, verifiesCertificates);
    const { statusCode: status = 500, statusMessage: reason = '', headers } = answer;
    const isRedirected = REDIRECTIONS.includes(status) && headers.location !== undefined;
    if (isRedirected && redirections < MOST_REDIRECTIONS) at = new URL(headers.location ?? '', at).href;
    else if (status < 200 || status > 299) throw invalid(`${status} ${reason}`);
    else return describe(at, answer);
  }
}

function ask(url: string, rejectUnauthorized: boolean): Promise<IncomingMessage> {
  const { protocol, hostname, port } = new URL(url);
  const where = `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
  const options = { method: 'HEAD', timeout: MILLISECONDS_TO_WAIT, agent: false };
  return new Promise((resolve, reject) => {
    const asking =
      protocol === 'https:'
        ? requestHttps(url, { ...options, rejectUnauthorized })
        : requestHttp(url, options);
    asking.on('response', answer => {
      answer.resume();
      resolve(answer);
    });
    asking.on('timeout', () => asking.destroy(new Error('timeout')));
    asking.on('error', error => reject(invalid(`500 Can't connect to ${where} (${reasonOf(error)})`)));
    asking.end();
  });
}

function reasonOf(error: Error): string {
  if (isSystemError(error, 'ECONNREFUSED')) return 'Connection refused';
  if (isSystemError(error, 'EAI_AGAIN')) return 'Temporary failure in name resolution';
  if (isSystemError(error, 'ENOTFOUND')) return 'Name or service not known';
  return /certificate|self-signed|altname/i.test(messageOf(error))
    ? 'certificate verify failed'
    : messageOf(error);
}

function invalid(text: string): PveFailure {
  return new PveFailure(`invalid server response: '${text}'`);
}

function describe(url: string, { headers }: IncomingMessage): UrlMetadata {
  const { 'content-length': size, 'content-type': type, 'content-disposition': disposition } = headers;
  const named = /filename="?([^";]+)"?/.exec(disposition ?? '')?.[1];
  const filename = named ?? decodeURIComponent(new URL(url).pathname.replace(/^.*\//, ''));
  return {
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(filename === '' ? {} : { filename }),
    ...(type === undefined ? {} : { mimetype: type.replace(/\s*;.*$/, '') }),
  };
}
