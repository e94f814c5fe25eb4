import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createRelay } from 'node:net';
import type { Server } from 'node:net';
import { basename, join } from 'node:path';

const HTTP_PORT = 8080;
const HTTPS_PORT = 8443;
const SLOW_PIECE = 64 * 1024;
const SLOW_PAUSE_MS = 100;

/** What the server of the recordings did with a file below each of its paths. */
type Way = (request: IncomingMessage, response: ServerResponse, file: string) => void;

const WAYS: Readonly<Record<string, Way>> = {
  '': (request, response, file) => send(request, response, file, {}),
  cd: (request, response, file) =>
    send(request, response, file, { 'content-disposition': 'attachment; filename="named by header.iso"' }),
  redir: (_, response, file) => redirect(response, `/${basename(file)}`),
  loop: (_, response, file) => redirect(response, `/loop/${basename(file)}`),
  nolen: (request, response, file) => {
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
    response.writeHead(200, { 'content-type': TYPE });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  },
  nohead: (request, response, file) => {
    if (request.method === 'HEAD') refuse(response, 405);
    else send(request, response, file, {});
  },
  cut: (_, response, file) => {
    const { size } = statSync(file);
    response.writeHead(200, { 'content-type': TYPE, 'content-length': size });
    response.write(readFileSync(file).subarray(0, size / 2), () => response.socket?.end());
  },
  slow: (_, response, file) => {
    response.writeHead(200, { 'content-type': TYPE, 'content-length': statSync(file).size });
    trickle(response, readFileSync(file));
  },
};
const TYPE = 'application/octet-stream';

function serve(directory: string, request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
  const code = /^\/code\/(\d{3})$/.exec(path)?.[1];
  if (code !== undefined) {
    refuse(response, Number(code));
    return;
  }
  const [, way = '', name = ''] = /^\/(?:([a-z]+)\/)?([^/]+)$/.exec(path) ?? [];
  const file = join(directory, basename(name));
  const answer = WAYS[way];
  if (way === 'loop' && answer !== undefined) {
    answer(request, response, file);
    return;
  }
  if (answer === undefined || name === '' || !existsSync(file)) {
    refuse(response, 404);
    return;
  }
  answer(request, response, file);
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(200, { 'content-type': TYPE, 'content-length': statSync(file).size, ...headers });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location, 'content-length': 0 });
  response.end();
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 });
  response.end();
}

function trickle(response: ServerResponse, bytes: Buffer): void {
  if (response.destroyed) return;
  response.write(bytes.subarray(0, SLOW_PIECE));
  if (bytes.length <= SLOW_PIECE) return void response.end();
  setTimeout(() => trickle(response, bytes.subarray(SLOW_PIECE)), SLOW_PAUSE_MS);
}

/** Leads from a socket file, which the replay reaches, to the node, which only its network reaches. */
function relay(address: string): Server {
  return createRelay({ allowHalfOpen: true }, client => {
    const node = connect({ host: address, port: 8006, allowHalfOpen: true });
    const end = (): void => {
      client.destroy();
      node.destroy();
    };
    for (const side of [client, node]) side.on('error', end);
    node.on('close', () => client.destroySoon());
    client.on('close', () => node.destroy());
    client.pipe(node);
    node.pipe(client);
  });
}

function listening(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(where, resolve);
  });
}

const [directory = '', host = '', nodeAddress = '', socketPath = '', certificate = '', key = ''] =
  process.argv.slice(2);
const answer = (request: IncomingMessage, response: ServerResponse): void =>
  serve(directory, request, response);
const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
await Promise.all([
  listening(createServer(answer), { host, port: HTTP_PORT }),
  listening(createSecureServer(tls, answer), { host, port: HTTPS_PORT }),
  listening(relay(nodeAddress), { path: socketPath }),
]);
process.stdout.write(`ready ${process.pid}\n`);
