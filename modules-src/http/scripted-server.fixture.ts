import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type Scene = (request: IncomingMessage, response: ServerResponse) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  /** `METHOD path range` of every request so far. */
  readonly log: readonly string[];
  readonly close: () => Promise<void>;
}

/** A server on 127.0.0.1 that plays one scene per request and repeats the last one. */
export async function serve(...scenes: readonly Scene[]): Promise<ScriptedServer> {
  const log: string[] = [];
  const waiting = [...scenes];
  const server = createServer((request, response) => {
    log.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    const scene = waiting.length > 1 ? waiting.shift() : waiting[0];
    scene?.(request, response);
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, log, close: () => close(server) };
}

export function listen(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}

/** Serves a file as real servers do: ranges, if the version is the asked-for one. */
export const file =
  (body: Buffer, etag = '"v1"'): Scene =>
  (request, response) => {
    const start = writeHead(request, response, body, etag);
    response.end(body.subarray(start));
  };

/** The same, cut when `count` bytes of the body have gone out. */
export const cutAfter =
  (count: number, body: Buffer, etag = '"v1"'): Scene =>
  (request, response) => {
    const start = writeHead(request, response, body, etag);
    response.write(body.subarray(start, start + count), () => setTimeout(() => response.destroy(), 30));
  };

function writeHead(request: IncomingMessage, response: ServerResponse, body: Buffer, etag: string): number {
  const { start, partial } = rangeOf(request, etag);
  response.writeHead(partial ? 206 : 200, {
    ETag: etag,
    'Content-Length': body.length - start,
    ...(partial && { 'Content-Range': `bytes ${start}-${body.length - 1}/${body.length}` }),
  });
  return start;
}

function rangeOf(request: IncomingMessage, etag: string): { start: number; partial: boolean } {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? NaN);
  const same = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  return Number.isNaN(start) || !same ? { start: 0, partial: false } : { start, partial: true };
}

export const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Scene =>
  (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

/** Picks the scene by the path of the request. */
export const byPath =
  (scenes: Readonly<Record<string, Scene>>): Scene =>
  (request, response) =>
    (scenes[request.url ?? ''] ?? answer(404))(request, response);
