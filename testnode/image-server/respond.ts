import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentAt } from './content.ts';
import type { Content } from './content.ts';
import type { Fault, ServerConfig } from './protocol.ts';
import { isUnchanged, partOf } from './range.ts';
import type { Part } from './range.ts';

const SECOND = 1000;
const READ_SIZE = 1 << 20;
/** Pieces in which a slowed-down body goes out, per second. */
const STEPS = 20;

/** What there is to be had. */
type Served = Pick<ServerConfig, 'files' | 'signingKey'>;

/** What one request got. */
export interface Outcome {
  readonly status: number;
  readonly bytes: number;
}

/** Answers one request, with the fault that is set for it. */
export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  { files, signingKey }: Served,
  fault: Fault | undefined,
): Promise<Outcome> {
  if (fault?.kind === 'redirect')
    return sendText(response, fault.status ?? 302, '', { location: fault.location });
  if (fault?.kind === 'answer')
    return sendText(response, fault.status, fault.body ?? '', fault.headers ?? {});
  const content = await contentAt(url, files, signingKey);
  if (content === undefined)
    return sendText(response, 404, '<html><body><h1>Not Found</h1></body></html>\n', HTML);
  if (isUnchanged(request.headers, content)) return sendText(response, 304, '', {});
  const part = fault?.kind === 'no-range' ? undefined : partOf(request.headers, content);
  if (part === 'unsatisfiable')
    return sendText(response, 416, '', { 'content-range': `bytes */${content.size}` });
  return sendContent(request, response, content, part, fault);
}

const HTML = { 'content-type': 'text/html' };

function sendText(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): Outcome {
  response.writeHead(status, {
    ...(status === 304 ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  });
  response.end(body);
  return { status, bytes: Buffer.byteLength(body) };
}

async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  content: Content,
  part: Part | undefined,
  fault: Fault | undefined,
): Promise<Outcome> {
  const status = part === undefined ? 200 : 206;
  const { start, end } = part ?? { start: 0, end: content.size };
  response.writeHead(status, {
    'content-type': content.type,
    'content-length': fault?.kind === 'wrong-length' ? fault.length : end - start,
    'last-modified': content.modified.toUTCString(),
    etag: content.etag,
    'accept-ranges': fault?.kind === 'no-range' ? 'none' : 'bytes',
    ...(part === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${content.size}` }),
  });
  if (request.method === 'HEAD') {
    response.end();
    return { status, bytes: 0 };
  }
  return { status, bytes: await sendBody(response, content, { start, end }, fault) };
}

/** Sends a body, broken off or slowed down as the fault says; answers how many bytes went out. */
async function sendBody(
  response: ServerResponse,
  content: Content,
  part: Part,
  fault: Fault | undefined,
): Promise<number> {
  const limit = fault?.kind === 'cut' || fault?.kind === 'stall' ? fault.afterBytes : Infinity;
  const pace = fault?.kind === 'throttle' ? fault.bytesPerSecond : Infinity;
  const end = Math.min(part.end, part.start + limit);
  const started = Date.now();
  let sent = 0;
  for await (const bytes of content.read(part.start, end, Math.min(READ_SIZE, Math.ceil(pace / STEPS)))) {
    if (!(bytes instanceof Buffer) || response.destroyed) break;
    sent += bytes.length;
    const due = (sent / pace) * SECOND - (Date.now() - started);
    if (due > 0) await sleep(due);
    if (!response.write(bytes)) await drained(response);
  }
  await finish(response, fault);
  return sent;
}

async function finish(response: ServerResponse, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'stall') return;
  if (fault?.kind !== 'cut' && fault?.kind !== 'wrong-length') {
    response.end();
    return;
  }
  // What was written is to arrive before the connection breaks.
  while (response.writableLength > 0 && !response.destroyed) await sleep(1);
  response.socket?.end();
}

/** Waits until the network takes more, or the client has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
