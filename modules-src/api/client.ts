import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { interrupted } from '../runtime/interrupt.ts';
import { networkFailure } from '../runtime/http-failure.ts';
import { ApiFailure, refusalFailure, type Refusal } from './api-failure.ts';
import { authorizer, type Authorize } from './authorize.ts';
import type { Connection } from './connection.ts';
import type { RestCall } from './rest-call.ts';
import { trustedSocket } from './server-trust.ts';

/** Speaks to the API over connections that are kept. */
export interface Client {
  /** The `data` of the answer. @throws ApiFailure */
  readonly call: (call: RestCall) => Promise<unknown>;
  readonly get: (path: string) => Promise<unknown>;
  /** Without it, a kept connection holds the process up. */
  readonly close: () => void;
}

/** Nothing is sent before the first call. */
export function createClient(connection: Connection): Client {
  const agent = trustingAgent(connection);
  const send = (call: RestCall, headers: Headers): Promise<Answer> =>
    exchange(connection, agent, call, headers);
  const authorize = authorizer(connection.login, call => dataOf(call, send(call, {})));
  const call = (one: RestCall): Promise<unknown> => authorized(one, authorize, send);
  return { call, get: path => call({ method: 'GET', path, fields: {} }), close: () => agent.destroy() };
}

export type Headers = Readonly<Record<string, string>>;

interface Answer {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly body: string;
}

async function authorized(
  call: RestCall,
  authorize: Authorize,
  send: (call: RestCall, headers: Headers) => Promise<Answer>,
): Promise<unknown> {
  return dataOf(call, send(call, await authorize(call.method)));
}

async function dataOf(call: RestCall, answering: Promise<Answer>): Promise<unknown> {
  const { status, reasonPhrase, body } = await answering;
  const content = parseBody(body);
  if (status === 200 && isObject(content)) return content['data'];
  throw refusalFailure(shown(call), { status, reasonPhrase, ...refusalOf(content) });
}

/** Without fields: they may hold secrets. */
const shown = ({ method, path }: RestCall): string => `${method} ${path}`;

function refusalOf(content: unknown): Pick<Refusal, 'message' | 'errors'> {
  if (!isObject(content)) return { message: undefined, errors: {} };
  const { message, errors } = content;
  const texts = isObject(errors)
    ? Object.entries(errors).map(([name, text]): [string, string] => [name, String(text)])
    : [];
  return { message: typeof message === 'string' ? message : undefined, errors: Object.fromEntries(texts) };
}

/** A 401 of the proxy has no body, a proxy in between may send a page. */
function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Connections whose other end was looked at before it gets anything of ours. */
function trustingAgent(connection: Connection): Agent {
  const agent = new Agent({ keepAlive: true });
  const connect = (_: RequestOptions, done: (error: Error | null, stream: Duplex) => void): undefined => {
    trustedSocket(connection).then(
      socket => done(null, socket),
      (error: unknown) => done(asError(error), undefined as never),
    );
  };
  return Object.assign(agent, { createConnection: connect });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

async function exchange(
  { host, port, timeout }: Connection,
  agent: Agent,
  { method, path, fields }: RestCall,
  headers: Headers,
): Promise<Answer> {
  const form = new URLSearchParams(fields).toString();
  const inQuery = method === 'GET' || method === 'DELETE';
  const body = inQuery ? '' : form;
  const options: RequestOptions = {
    host,
    port,
    agent,
    method,
    path: `/api2/json${path}${inQuery && form !== '' ? `?${form}` : ''}`,
    headers: { ...headers, ...(!inQuery && { 'content-type': 'application/x-www-form-urlencoded' }) },
    signal: interrupted,
  };
  try {
    return await answerTo(options, body, timeout);
  } catch (error) {
    throw asApiFailure(networkFailure(error, `${host}:${port}`));
  }
}

const asApiFailure = (error: Error): Error =>
  error instanceof ApiFailure || !('transient' in error)
    ? error
    : new ApiFailure(error.message, error.transient === true);

function answerTo(options: RequestOptions, body: string, timeout: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(options, response => {
      readAnswer(response).then(resolve, reject);
    });
    sent.setTimeout(timeout * 1000, () =>
      sent.destroy(new ApiFailure(`the API did not answer within ${timeout} s`, true)),
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return {
    status: response.statusCode ?? 0,
    reasonPhrase: response.statusMessage ?? '',
    body: Buffer.concat(pieces).toString(),
  };
}
