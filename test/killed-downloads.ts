import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { filledBundle, type ModuleResult } from './bundle.ts';

const PIECE = 64 * 1024;
const NAME = 'killed.img';

export interface Killed {
  /** Bytes that the server sent in all. */
  readonly sent: number;
  /** Result of the run that was let live. */
  readonly result: ModuleResult;
  /** Runs that really died in the middle. */
  readonly kills: number;
  /** What the image in the cache has. */
  readonly digest: string;
  readonly wanted: string;
}

/** A disk image as its users see it: a boot sector, then what no compression makes smaller. */
function makeImage(bytes: number): Buffer {
  const image = randomBytes(bytes);
  image.writeUInt16LE(0xaa55, 510);
  return image;
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

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

/** Serves one file at that pace, with ranges, and counts what it sends. */
async function serveSlowly(file: Buffer, bytesPerSecond: number) {
  let sent = 0;
  const send = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      etag: '"1"',
      'content-length': file.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` }),
    });
    const began = performance.now();
    for (let at = start; at < file.length && !response.destroyed; at += PIECE) {
      const due = ((at - start) / bytesPerSecond) * 1000 - (performance.now() - began);
      if (due > 1) await sleep(due);
      const piece = file.subarray(at, at + PIECE);
      sent += piece.length;
      if (!response.write(piece)) await drained(response);
    }
    response.end();
  };
  const server = createServer((request, response) => {
    send(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listens on TCP, so it has a port.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/${NAME}`, sent: () => sent, close: () => server.close() };
}

/**
 * Fetches an image with the bundle, as Ansible starts it, which dies by SIGKILL after each of the given times in
 * milliseconds of its download; then once more, to the end.
 */
export async function fetchKilled(
  bytes: number,
  bytesPerSecond: number,
  moments: readonly number[],
): Promise<Killed> {
  const image = makeImage(bytes);
  const wanted = sha256(image);
  const server = await serveSlowly(image, bytesPerSecond);
  const cache = mkdtempSync(join(tmpdir(), 'killed-'));
  const bundle = filledBundle('cloud_image_fetch', {
    ...{ url: server.url, checksum: `sha256:${wanted}`, cache_dir: cache, retries: 0 },
  });
  try {
    let kills = 0;
    for (const moment of moments) {
      const { died } = await start(bundle, async () => {
        const before = server.sent();
        while (server.sent() === before) await sleep(5);
        await sleep(moment);
      });
      kills += died ? 1 : 0;
    }
    const { stdout } = await start(bundle);
    const digest = sha256(readFileSync(join(cache, NAME)));
    // The bundle's own output.
    return { sent: server.sent(), result: JSON.parse(stdout) as ModuleResult, kills, digest, wanted };
  } finally {
    server.close();
    rmSync(cache, { recursive: true });
  }
}

/** Runs the bundle, in a process group of its own that is killed at the given moment. */
async function start(
  bundle: string,
  moment?: () => Promise<void>,
): Promise<{ readonly died: boolean; readonly stdout: string }> {
  const child = spawn('/bin/sh', [], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(bundle);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const ended = once(child, 'close');
  if (moment !== undefined) {
    await Promise.race([moment(), ended]);
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
  await ended;
  return { died: child.signalCode === 'SIGKILL', stdout: Buffer.concat(output).toString() };
}
