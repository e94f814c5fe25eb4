import { execa } from 'execa';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from '../build/modules.ts';
import { filledBundle } from '../test/bundle.ts';

/*
 * One image over loopback with its SHA-256, in turn by each way, in each of several rounds: our module; curl and then
 * openssl; Ansible's get_url with a checksum, against our module through Ansible.
 */

const MIB = 1024 ** 2;
const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '5' },
    /** Where images are written to. */
    directory: { type: 'string', default: tmpdir() },
    ansible: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

/** A disk image as its users see it: a boot sector, then what no compression makes smaller. */
async function makeImage(path: string, mebibytes: number): Promise<string> {
  await execa('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', `count=${mebibytes}`, 'status=none']);
  const file = await open(path, 'r+');
  await file.write(Buffer.from([0x55, 0xaa]), 0, 2, 510);
  await file.close();
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash);
  return hash.digest('hex');
}

async function startServer(path: string): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  const program = ['--import', 'tsx', join(root, 'bench/serve-file.ts'), path];
  const server = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = String((await once(server.stdout, 'data'))[0]).trim();
  return { server, url: `http://127.0.0.1:${port}/image.img` };
}

interface Run {
  readonly seconds: number;
  /** Largest memory of the process, in MiB, where it was watched. */
  readonly mebibytes: number;
}

/** Runs a program and watches the memory of its first process. */
async function measured(argv: readonly string[], input = ''): Promise<Run> {
  const [program = '', ...args] = argv;
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  child.stdin.end(input);
  const ended = once(child, 'close');
  let kibibytes = 0;
  while (child.exitCode === null && child.signalCode === null) {
    kibibytes = Math.max(kibibytes, peakMemory(child.pid ?? 0));
    await Promise.race([sleep(20), ended]);
  }
  await ended;
  const seconds = (performance.now() - began) / 1000;
  const text = Buffer.concat(output).toString();
  if (child.exitCode !== 0 || text.includes('"failed":true')) throw new Error(`${argv.join(' ')}: ${text}`);
  return { seconds, mebibytes: kibibytes / 1024 };
}

function peakMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const environment = {
  ...process.env,
  ANSIBLE_LIBRARY: `${root}role/proxmox/library`,
  ANSIBLE_LOCALHOST_WARNING: 'False',
  ANSIBLE_INVENTORY_UNPARSED_WARNING: 'False',
  ANSIBLE_PIPELINING: 'True',
};
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

const work = mkdtempSync(join(values.directory, 'image-fetch-'));
const image = join(tmpdir(), `image-fetch-${process.pid}.img`);
const digest = await makeImage(image, Number(values.mebibytes));
const { server, url } = await startServer(image);
const target = join(work, 'image.img');
const arguments_ = { url, checksum: `sha256:${digest}`, cache_dir: work };
/** A shell script that fetches the image, with a command between that and the digest. */
function curlThenOpenssl(between = ''): readonly string[] {
  const script = `set -e; curl -sSf -o ${target} ${url}; ${between} openssl dgst -sha256 ${target} | grep -q ${digest}`;
  return ['/bin/sh', '-c', script];
}
const ansible = (module: string, args: Readonly<Record<string, unknown>>): readonly string[] => [
  join(root, '.venv/bin/ansible'),
  ...['localhost', '-c', 'local', '-m', module, '-a', JSON.stringify(args)],
];

const ways: Readonly<Record<string, () => Promise<Run>>> = {
  'our module': () => measured(['/bin/sh'], filledBundle('cloud_image_fetch', arguments_)),
  'curl, then openssl': () => measured(curlThenOpenssl()),
  // As ours: a power cut leaves no image that is only a name.
  'curl, sync, then openssl': () => measured(curlThenOpenssl(`sync ${target};`)),
  ...(values.ansible && {
    'our module, by Ansible': () => measured(ansible('cloud_image_fetch', arguments_)),
    'get_url, by Ansible': () =>
      measured(ansible('get_url', { url, dest: target, checksum: `sha256:${digest}` })),
  }),
};

const runs = new Map<string, Run[]>(Object.keys(ways).map(name => [name, []]));
try {
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [name, run] of Object.entries(ways)) {
      const found = await run();
      runs.get(name)?.push(found);
      console.log(
        `round ${round}  ${name}  ${found.seconds.toFixed(2)} s  ${found.mebibytes.toFixed(0)} MiB`,
      );
      for (const file of [target, join(work, '.image.img.json')]) rmSync(file, { force: true });
      // What one way left to be written must not slow down the next.
      await execa('sync');
    }
  }
} finally {
  server.kill();
  rmSync(work, { recursive: true });
  rmSync(image);
}

/** Median of the ratios of each round: what the machine does meanwhile meets both. */
const ratio = (a: string, b: string): number =>
  median((runs.get(a) ?? []).map(({ seconds }, round) => (runs.get(b)?.[round]?.seconds ?? NaN) / seconds));

console.log(`\n${values.mebibytes} MiB into ${values.directory}, ${values.rounds} rounds, medians`);
for (const [name, found] of runs)
  console.log(`${median(found.map(({ seconds }) => seconds)).toFixed(2)} s  ${name}`);
const memory = Math.max(...(runs.get('our module') ?? []).map(({ mebibytes }) => mebibytes));
const goals = [
  { goal: 'no slower than curl, then openssl', value: ratio('our module', 'curl, then openssl'), least: 1 },
  { goal: 'the same with sync', value: ratio('our module', 'curl, sync, then openssl'), least: 1 },
  ...(values.ansible
    ? [
        {
          goal: 'of get_url, at least',
          value: ratio('our module, by Ansible', 'get_url, by Ansible'),
          least: 3,
        },
      ]
    : []),
];
for (const { goal, value, least } of goals)
  console.log(`${value >= least ? 'reached' : 'MISSED '}  ${value.toFixed(2)} × as fast: ${goal} ${least} ×`);
console.log(`${memory <= 120 ? 'reached' : 'MISSED '}  ${memory.toFixed(0)} MiB of memory, at most 120`);
process.exitCode = memory <= 120 && goals.every(({ value, least }) => value >= least) ? 0 : 1;
