import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { plainReply } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';
import { messageOf } from '../runtime/failure.ts';
import { answerCall } from './answer.ts';
import { formatted } from './formatters.ts';
import { listen } from './listen.ts';
import { readApiRequest } from './request.ts';
import { send } from './send.ts';

const PORT = 8006;
const CERTIFICATE = '/etc/pve/local/pve-ssl';

/** pveproxy: answers on port 8006. Resolves when it listens. */
export function serveClients(): Promise<Server> {
  const certificate = {
    key: readFileSync(`${CERTIFICATE}.key`, 'utf8'),
    cert: readFileSync(`${CERTIFICATE}.pem`, 'utf8'),
  };
  return listen(PORT, certificate, (message, response) => void serve(message, response));
}

async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = await replyTo(message).catch((error: unknown) => plainReply(500, messageOf(error)));
  if (!response.destroyed) send(response, reply);
}

async function replyTo(message: IncomingMessage): Promise<Reply> {
  const request = readApiRequest(message);
  if (!request) return noFile(message.url ?? '/');
  return formatted(request.format, request.path, () => answerCall(request));
}

// A real node has its web interface here.
function noFile(url: string): Reply {
  const path = url.split('?')[0] ?? '/';
  if (path !== '/') return plainReply(500, `no such file '${path}'`, `no such file '${path}'`);
  const text =
    '<!DOCTYPE html><title>Test node</title><p>This node has an API at /api2/json, and no web interface.</p>\n';
  return { status: 200, reason: 'OK', text, headers: { 'Content-Type': 'text/html' } };
}
