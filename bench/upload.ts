import { execa } from 'execa';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { filledBundle } from '../test/bundle.ts';
import { knowingNames } from '../testnode/api-way.ts';
import { startNodes } from '../testnode/host/cluster.ts';
import { openRestAccess } from '../testnode/host/rest-access.ts';
import { startImageServer } from '../testnode/image-server/start.ts';
import { ratio, seconds } from './figures.ts';
import { warningOfNoise } from './quiet.ts';
import { sha256Of } from './scene.ts';

/*
 * An image of the controller's cache to a node by the API, until its storage has it, in turn by our module and by `curl -F`:
 * seconds, and the memory and processor time of the module.
 */

const { values } = parseArgs({
  options: { mebibytes: { type: 'string', default: '2048' }, rounds: { type: 'string', default: '3' } },
});
const URL = 'https://cloud.debian.org/images/cloud/bookworm/latest/large.qcow2';
const MODULE_AT_MOST = 1.2;
const MEBIBYTES_AT_MOST = 120;
/** Prints the largest memory of what it runs, in KiB, and its seconds of processor time, below what that prints. */
const MEASURED = `import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(code)`;
/** curl has its answer when the node has received the file; the task that proves and places it is waited for as the module does. */
const SEND_AND_WAIT = `set -e
storage=$1; shift
upid=$(curl -sS --fail-with-body "$@" "$storage/upload" | sed 's/.*"data":"\\([^"]*\\)".*/\\1/')
while :; do
  task=$(curl -sS --fail-with-body "$1" "$2" "$3" "$4" "\${storage%/storage/*}/tasks/$upid/status")
  case $task in
    *'"status":"running"'*) sleep 0.1 ;;
    *'"exitstatus":"OK"'*) exit 0 ;;
    *) echo "$task" >&2; exit 1 ;;
  esac
done`;

const noise = await warningOfNoise();
if (noise !== undefined) console.error(noise);
const home = mkdtempSync(join(tmpdir(), 'upload-'));
const image = join(home, 'large.qcow2');
await makeImage(image, Number(values.mebibytes));
const digest = await sha256Of(image);
const cluster = await startNodes();
try {
  await startImageServer(cluster, { files: { [URL]: image } });
  const { host, user, tokenName, tokenSecret, caFile } = await openRestAccess(cluster);
  const { wrapper, trust } = await knowingNames({ cluster, home });
  const token = `${user}!${tokenName}`;
  const args = {
    ...{ url: URL, checksum: `sha256:${digest}`, via: 'controller' },
    ...{ api_host: host, api_token_id: token, api_token_secret: tokenSecret, api_ca_path: caFile },
  };
  const stdin = filledBundle('cloud_image_fetch', args);
  const byModule = () =>
    run([...wrapper, 'python3', '-c', MEASURED, '/bin/sh'], stdin, { HOME: home, ...trust });
  const login = ['--cacert', caFile, '-H', `Authorization: PVEAPIToken=${token}=${tokenSecret}`];
  // In this order, or Proxmox VE answers 400 Bad Request.
  const form = ['content=import', 'checksum-algorithm=sha256', `checksum=${digest}`, `filename=@${image}`];
  const storage = `https://${host}:8006/api2/json/nodes/pve01/storage/local`;
  const byCurl = () =>
    run([
      ...['python3', '-c', MEASURED, 'sh', '-c', SEND_AND_WAIT, 'sh', storage],
      ...[...login, ...form.flatMap(field => ['-F', field])],
    ]);
  // The image is in the controller's cache from now on.
  await byModule();
  await forget();
  const times = { ours: [] as number[], curl: [] as number[] };
  let mebibytes = 0;
  for (let round = 1; round <= Number(values.rounds); round++) {
    const [ours, curl] = [await timed(byModule), await timed(byCurl)];
    mebibytes = Math.max(mebibytes, ours.mebibytes);
    times.ours.push(ours.seconds);
    times.curl.push(curl.seconds);
    console.log(`round ${round}: module ${told(ours)}, curl ${told(curl)}`);
  }
  const found = ratio(times.ours, times.curl);
  console.log(
    `${values.mebibytes} MiB: the module takes ${seconds(found)} of the time of curl -F, at most ${MODULE_AT_MOST}`,
  );
  console.log(`memory of the module: ${mebibytes.toFixed(0)} MiB, at most ${MEBIBYTES_AT_MOST}`);
  process.exitCode = found.median <= MODULE_AT_MOST && mebibytes <= MEBIBYTES_AT_MOST ? 0 : 1;
} finally {
  await cluster.down();
  rmSync(home, { recursive: true });
}

async function makeImage(path: string, size: number): Promise<void> {
  await execa('dd', ['if=/dev/urandom', `of=${path}.raw`, 'bs=1M', `count=${size}`, 'status=none']);
  await execa('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', `${path}.raw`, path]);
  rmSync(`${path}.raw`);
}

async function run(argv: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}) {
  const { rc, stdout, stderr } = await cluster.controllerExec(argv, { stdin, env });
  if (rc !== 0 || stdout.includes('"failed":true')) throw new Error(`${argv[0] ?? ''}: ${stdout}${stderr}`);
  return stderr;
}

interface Measured {
  readonly seconds: number;
  readonly mebibytes: number;
  readonly processor: number;
}

async function timed(way: () => Promise<string>): Promise<Measured> {
  const start = performance.now();
  const stderr = await way();
  const took = (performance.now() - start) / 1000;
  const [kibibytes = 0, processor = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  await forget();
  return { seconds: took, mebibytes: kibibytes / 1024, processor };
}

function told({ seconds: took, processor }: Measured): string {
  return `${took.toFixed(2)} s (${processor.toFixed(2)} s of a processor)`;
}

/** The node has no image any more, and nothing is left to be written to the disk. */
async function forget(): Promise<void> {
  await cluster.exec('pve01', ['sh', '-c', 'rm -f /var/lib/vz/import/*; sync']);
}
