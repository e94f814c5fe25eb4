import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as node from '../../node/cluster.ts';
import { converge, type Converged } from '../../runtime/converge.ts';
import { serve, type Scene, type ScriptedServer } from '../../http/scripted-server.fixture.ts';
import { FETCH_DEFAULTS } from './defaults.fixture.ts';
import definition from './module.ts';

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** A real image; what the guest would see begins with `text`. */
function makeImage(directory: string, text: string): Buffer {
  const [raw, image] = [join(directory, 'raw'), join(directory, 'image')];
  writeFileSync(raw, Buffer.concat([Buffer.from(text), Buffer.alloc(1024 ** 2, text)]));
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, image]);
  return readFileSync(image);
}

type Params = Parameters<typeof definition.observe>[0];
type Observed = Awaited<ReturnType<typeof definition.observe>>;

const work = mkdtempSync(join(tmpdir(), 'fetch-'));
const image = makeImage(work, 'first');
const other = makeImage(work, 'other');
const checksum = `sha256:${sha256(image)}`;
let cache = '';
let server: ScriptedServer;

const start = async (...scenes: readonly Scene[]): Promise<void> => {
  server = await serve(...scenes);
};

const params = (more: Partial<Params>): Params => ({
  url: `${server.url}/noble.img`,
  cache_dir: cache,
  ...FETCH_DEFAULTS,
  retries: 2,
  ...more,
});

const run = (more: Partial<Params> = {}, checkMode = false): Promise<Converged<Observed>> =>
  converge(
    definition,
    params(more),
    { checkMode, problems: [] },
    { retries: 0, delay: 0 },
    node.openNode(node, [node.fetchImage, node.noteImage, node.removeImage], {}),
  );

/** What the module reports after a run that must succeed. */
async function report(
  more: Partial<Params> = {},
  checkMode = false,
): Promise<Readonly<Record<string, unknown>>> {
  const { observed, first, left, failures } = await run(more, checkMode);
  expect({ left, failures }).to.deep.equal({ left: [], failures: [] });
  return definition.report?.(params(more), observed, first, []) ?? {};
}

/** Why a run failed. */
const refusal = (more: Partial<Params> = {}): Promise<string> =>
  run(more).then(
    ({ failures }) => failures.map(failure => failure.reason).join() || 'it succeeded',
    (error: unknown) => String(error),
  );

/** Fetched before this process started, as far as the record says. */
function makeOld(): void {
  const record = `${cache}/.noble.img.json`;
  writeFileSync(record, readFileSync(record, 'utf8').replace(/"fetched": "\d+/, '"fetched": "2020'));
}

const images = (): string[] => readdirSync(cache).sort();

const stage = {
  ...{ work, image, other, checksum, start, run, report, refusal, makeOld, images },
  cache: () => cache,
  server: () => server,
} as const;

/** The module with its performers and, for each test, an empty cache and a server of its own. */
export function useFetchStage(): typeof stage {
  beforeEach(() => {
    cache = mkdtempSync(join(work, 'cache-'));
  });
  afterEach(async () => {
    await server.close();
    rmSync(cache, { recursive: true });
  });
  return stage;
}

process.once('exit', () => rmSync(work, { recursive: true, force: true }));
