import { isDictionary, parseJson } from '../../sdk/dictionary.ts';
import { isOfProxy, nonsense, refusalFailure, type Refusal } from './failure.ts';
import { authorizer } from './authorize.ts';
import type { Connection } from './connection.ts';
import { openExchange, type Answer, type Sending } from './exchange.ts';
import { unlessLost } from './lost-node.ts';
import { multipart } from './multipart.ts';
import { patiently } from './patience.ts';
import type { RestCall } from './rest-call.ts';

/** Speaks to the API over connections that are kept. */
export interface Client {
  /** The `data` of the answer. @throws ApiFailure */
  readonly call: (call: RestCall) => Promise<unknown>;
  /** Asks again for a while, where it is not answered. @throws ApiFailure */
  readonly get: (path: string) => Promise<unknown>;
  /** Sends a file as the last part of a form. @throws ApiFailure */
  readonly upload: (upload: Upload) => Promise<unknown>;
  /** Without it, a kept connection holds the process up. */
  readonly close: () => void;
}

interface Upload {
  /** Below `/api2/json`. */
  readonly path: string;
  /** In the order in which PVE takes them. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly filename: string;
  /** Bytes that `content` gives. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Nothing is sent before the first call. */
export function createClient(connection: Connection): Client {
  const { exchange, close } = openExchange(connection);
  const authorize = authorizer(connection.login, call => answered(call, exchange(sendingOf(call))));
  const authorized = async (call: Pick<RestCall, 'method' | 'path'>, sending: Sending): Promise<unknown> => {
    const headers = { ...sending.headers, ...(await authorize(call.method)) };
    const ask = (signal: AbortSignal) => answered(call, exchange({ ...sending, headers }, signal));
    return unlessLost(call.path, () => getOnce('/nodes'), ask);
  };
  const call = (one: RestCall): Promise<unknown> => authorized(one, sendingOf(one));
  const getOnce = (path: string): Promise<unknown> => call({ method: 'GET', path, fields: {} });
  return {
    call,
    get: path => patiently(() => getOnce(path)),
    upload: one => authorized({ method: 'POST', path: one.path }, sendingOfFile(one)),
    close,
  };
}

function sendingOf({ method, path, fields }: RestCall): Sending {
  const pairs = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : value.map(one => [name, one]),
  );
  const form = new URLSearchParams(pairs).toString();
  const target = `/api2/json${path}`;
  // GET and DELETE with a body are answered with 501.
  if (method === 'GET' || method === 'DELETE')
    return { method, path: form === '' ? target : `${target}?${form}`, headers: {} };
  return {
    method,
    path: target,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form,
  };
}

function sendingOfFile({ path, fields, filename, size, content }: Upload): Sending {
  const { contentType, length, head, tail } = multipart(fields, filename, size);
  return {
    method: 'POST',
    path: `/api2/json${path}`,
    headers: { 'content-type': contentType, 'content-length': length },
    body: framed(head, content, tail),
  };
}

async function* framed(
  head: Uint8Array,
  content: AsyncIterable<Uint8Array>,
  tail: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield head;
  yield* content;
  yield tail;
}

async function answered(
  { method, path }: Pick<RestCall, 'method' | 'path'>,
  answering: Promise<Answer>,
): Promise<unknown> {
  const { status, reasonPhrase, body } = await answering;
  // A 401 of the proxy has no body; a proxy in between may send a page.
  const content = parseJson(body);
  if (status === 200 && isDictionary(content)) return content['data'];
  if (isForeign(status, body)) throw nonsense(`${method} ${path}`, status);
  // Without fields: they may hold secrets.
  throw refusalFailure(`${method} ${path}`, { status, reasonPhrase, ...refusalOf(content) });
}

/** Proxmox VE answers no page, leads nowhere else, and knows no 404. */
const isForeign = (status: number, body: string): boolean =>
  status < 400 || status === 404 || (!isOfProxy(status) && /^\s*</.test(body));

function refusalOf(content: unknown): Pick<Refusal, 'message' | 'errors'> {
  if (!isDictionary(content)) return { message: undefined, errors: {} };
  const { message, errors } = content;
  const texts = isDictionary(errors)
    ? Object.entries(errors).map(([name, text]): [string, string] => [name, String(text)])
    : [];
  return { message: typeof message === 'string' ? message : undefined, errors: Object.fromEntries(texts) };
}
