import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomDisk } from '../../modules-src/images/random-disk.fixture.ts';
import { filledBundle, type ModuleResult } from '../bundle.ts';

const NAME = 'killed.img';
const SIZE = 50e6;
const KILLS = 10;
/** Bytes that each run but the last one is given before the server falls silent; together less than there are. */
const GIVEN = Array.from({ length: KILLS }, () => 1 + Math.floor((Math.random() * SIZE) / KILLS));

describe(`cloud_image_fetch, killed ${KILLS} times in the middle of a download,`, function () {
  this.timeout(300_000);
  const image = randomDisk(SIZE);
  const sha256 = createHash('sha256').update(image).digest('hex');
  /** Where the answers began. */
  const starts: number[] = [];
  let server: Server;
  let cache = '';
  let bundle = '';
  before(async () => {
    server = createServer((request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const given = GIVEN[starts.length];
      starts.push(start);
      response.writeHead(start > 0 ? 206 : 200, {
        etag: '"1"',
        'content-length': SIZE - start,
        ...(start > 0 && { 'content-range': `bytes ${start}-${SIZE - 1}/${SIZE}` }),
      });
      if (given === undefined) response.end(image.subarray(start));
      else response.write(image.subarray(start, start + given));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cache = mkdtempSync(join(tmpdir(), 'killed-'));
    // Listens on TCP, so it has a port.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${NAME}`;
    bundle = filledBundle('cloud_image_fetch', {
      ...{ url, checksum: `sha256:${sha256}`, cache_dir: cache, retries: 0 },
    });
  });
  after(() => {
    server.close();
    rmSync(cache, { recursive: true });
  });

  /** Bytes that are on the disk. */
  const brought = (): number => {
    const part = readdirSync(cache).find(name => name.endsWith('.part'));
    return part === undefined ? 0 : statSync(join(cache, part)).size;
  };

  it('goes on each time where it was, and has the right image in the end', async () => {
    const reached = [0];
    for (const given of GIVEN) {
      const before = brought();
      const run = start(bundle);
      while (brought() === before) await sleep(5);
      process.kill(-(run.pid ?? 0), 'SIGKILL');
      await once(run, 'close');
      expect(brought(), `after ${given} bytes more`).to.be.above(before);
      reached.push(brought());
    }
    const last = start(bundle);
    const result = JSON.parse(await text(last.stdout!)) as ModuleResult;

    expect(starts, `killed after ${GIVEN.join(', ')} bytes`).to.deep.equal(reached);
    expect(result).to.include({ failed: false, cached: false, resumed_from: reached.at(-1) });
    expect(readFileSync(join(cache, NAME)).equals(image)).to.equal(true);
  });
});

/** Starts the bundle as Ansible does, in a process group of its own. */
function start(bundle: string): ChildProcess {
  const run = spawn('/bin/sh', [], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  run.stdin.end(bundle);
  return run;
}
