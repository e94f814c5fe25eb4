import { Agent, request } from 'node:https';
import type { Json } from './json.ts';
import type { Answer } from './record.ts';

/** A call as it goes over the wire. */
interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export type Send = (call: Call) => Promise<Answer>;

/** What is smaller is on its way before an answer can come, though Node may say so later. */
const BYTES_UNDER_WAY = 64 * 1024;

/** No call takes longer: a real node gives up after 30 s, and a login that fails waits 3 s. */
const PATIENCE_MS = 45_000;

/** Sends calls through the socket that leads to the node, on connections that stay open as a client's do. */
export function createSender(socketPath: string): { readonly send: Send; readonly close: () => void } {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  return {
    send: call => sendOnce(agent, socketPath, call),
    close: () => agent.destroy(),
  };
}

function sendOnce(agent: Agent, socketPath: string, call: Call): Promise<Answer> {
  const { method, path, headers, body } = call;
  return new Promise(resolve => {
    const none = (): void => resolve({ status: undefined, reason: '', body: '' });
    const calling = request(
      { agent, socketPath, method, path, headers: { Host: 'pve01:8006', ...headers, ...lengthOf(body) } },
      response => {
        const parts: Buffer[] = [];
        response.on('data', (bytes: Buffer) => parts.push(bytes));
        response.on('error', none);
        response.on('end', () => {
          // Who still sends does not read: such a client sees the connection break, and not what the server said.
          if (isLarge(body) && !calling.writableFinished) {
            none();
            return;
          }
          const { statusCode, statusMessage = '' } = response;
          const answered = parse(Buffer.concat(parts).toString('utf8'));
          resolve({
            status: statusCode,
            reason: Buffer.from(statusMessage, 'latin1').toString('utf8'),
            body: answered,
          });
        });
      },
    );
    calling.setTimeout(PATIENCE_MS, () => calling.destroy());
    // The node may close a connection that is idle just when it is used again; nothing has been done then.
    calling.on('error', error => {
      const isStale = calling.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      if (isStale) void sendOnce(agent, socketPath, call).then(resolve);
      else none();
    });
    calling.end(body);
  });
}

function isLarge(body: Buffer | undefined): boolean {
  return body !== undefined && body.length > BYTES_UNDER_WAY;
}

function lengthOf(body: Buffer | undefined): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'Content-Length': String(body.length) };
}

function parse(text: string): Json {
  try {
    // Whatever JSON there is, it is compared as JSON.
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
