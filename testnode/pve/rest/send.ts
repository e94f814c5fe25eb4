import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Reply } from '../api/reply.ts';
import { logAccess } from './access-log.ts';
import { isUpload } from './receive-upload.ts';

const JSON_TYPE = 'application/json;charset=UTF-8';
/** Smaller bodies are not compressed. */
const WORTH_COMPRESSING = 1024;

/** Writes a reply, with the headers that pveproxy writes and in its order. Every status but 200 ends the connection. */
export function send(response: ServerResponse, reply: Reply): void {
  const { req: request } = response;
  const isJson = reply.body !== undefined;
  const plain = isJson ? Buffer.from(JSON.stringify(reply.body)) : Buffer.from(reply.text ?? '');
  const isZipped =
    plain.length > WORTH_COMPRESSING && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const bytes = isZipped ? gzipSync(plain) : plain;
  const now = new Date().toUTCString();
  const keepsAlive = reply.status === 200 && response.shouldKeepAlive && !isUpload(request);
  response.sendDate = false;
  response.statusMessage = printable(reply.reason);
  response.statusCode = reply.status;
  response.setHeader('Cache-Control', 'max-age=0');
  response.setHeader('Connection', keepsAlive ? 'Keep-Alive' : 'close');
  response.setHeader('Date', now);
  response.setHeader('Pragma', 'no-cache');
  response.setHeader('Server', 'pve-api-daemon/3.0');
  if (isZipped) response.setHeader('Content-Encoding', 'gzip');
  if (isJson || reply.text !== undefined) response.setHeader('Content-Length', bytes.length);
  else withoutLength(response);
  if (isJson) response.setHeader('Content-Type', JSON_TYPE);
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  response.setHeader('Expires', now);
  response.shouldKeepAlive = keepsAlive;
  response.end(bytes);
  logAccess(request, reply.status, bytes.length);
}

// A refusal without a body does not even say that it is empty; Node would.
function withoutLength(response: ServerResponse): void {
  response.removeHeader('Content-Length');
  response.removeHeader('Transfer-Encoding');
}

// A reason phrase is one line of bytes.
function printable(reason: string): string {
  return Buffer.from(reason.replace(/[\r\n]+/g, ' '), 'utf8').toString('latin1');
}
