import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { apiWay } from './api-way.ts';
import { guestImage } from './guest/image.ts';
import { startNodes } from './host/cluster.ts';
import type { Cluster } from './host/cluster-handle.ts';
import { makeSshKey } from './host/ssh-key.ts';
import { makeBootableImage } from './image-server/bootable-image.ts';
import { everywhere } from './image-server/catalogue.ts';
import { startImageServer } from './image-server/start.ts';
import { runPlaybook, type PlaybookOptions, type PlaybookRun } from './playbook.ts';

/**
 * What `npm start` shows: a cloud image becomes a VM, a template and two clones by one playbook on a test node; the
 * clones boot for real and let their user in; a second run changes nothing. `--no-boot` leaves the guests and
 * their image out, `--api` goes by the API instead of SSH.
 */
const PLAYBOOK = 'examples/demo.yml';
const USER = 'debian';
const CLONES = [
  { name: 'web-01', address: '10.98.0.101' },
  { name: 'web-02', address: '10.98.0.102' },
] as const;
const BOOT_SECONDS = 360;

/** What a clone says of itself when it is logged in to. */
interface Login {
  readonly name: string;
  readonly hostname: string;
  readonly address: string;
  readonly machineId: string;
  readonly hostKey: string;
}

const boots = !process.argv.includes('--no-boot');
const byApi = process.argv.includes('--api');
const home = mkdtempSync(join(tmpdir(), 'demo-'));
let cluster: Cluster | undefined;
try {
  cluster = await prepare();
  await show(cluster);
} finally {
  await cluster?.down();
  rmSync(home, { recursive: true, force: true });
}

async function prepare(): Promise<Cluster> {
  say(boots ? 'A bootable Debian cloud image' : 'A small image of nothing: no guest boots (--no-boot)');
  const image = boots
    ? await guestImage(line => console.log(`  ${line}`))
    : await makeBootableImage(join(home, 'small.qcow2'));
  say('A test node, pve01, and a server that answers as cloud.debian.org');
  mkdirSync(join(home, '.ssh'));
  await makeSshKey(join(home, '.ssh/id_ed25519'), 'demo');
  const started = await startNodes({ guests: boots ? 'boot' : 'pretend' });
  await startImageServer(started, { files: everywhere(image) });
  return started;
}

async function show(node: Cluster): Promise<void> {
  const way = byApi ? await apiWay({ cluster: node, home }) : {};
  if (byApi) say(`By the API of ${node.address('pve01')}, with a token; the inventory has no node`);
  const play = (): Promise<PlaybookRun> => playWell(node, way);
  say(`ansible-playbook ${PLAYBOOK}`);
  const first = await play();
  const firstCalls = await calls(node);
  const logins = boots ? await logInToAll(node) : [];
  say(`ansible-playbook ${PLAYBOOK}, once more`);
  const second = await play();
  const secondCalls = (await calls(node)).slice(firstCalls.length);
  summarise(await describe(node), logins);
  console.log(
    `  first run   changed=${first.counts.changed} failed=${first.counts.failed}, ${callCounts(firstCalls)}`,
  );
  console.log(
    `  second run  changed=${second.counts.changed} failed=${second.counts.failed}, ${callCounts(secondCalls)}`,
  );
  const minutes = minutesSinceClone();
  if (minutes !== undefined) console.log(`  ${minutes.toFixed(1)} minutes since git clone`);
  const unclean = second.counts.changed > 0 || secondCalls.length > 0;
  if (unclean) throw new Error('the second run was to change nothing and to call nothing');
}

async function playWell(node: Cluster, way: Partial<PlaybookOptions>): Promise<PlaybookRun> {
  const run = await runPlaybook(node, { playbook: PLAYBOOK, home, isShown: true, ...way });
  if (run.rc !== 0) throw new Error(`the playbook failed (exit code ${run.rc})`);
  return run;
}

async function logInToAll(node: Cluster): Promise<readonly Login[]> {
  say('The clones boot (software emulation: one to three minutes)');
  const logins = await Promise.all(CLONES.map(clone => logIn(node, clone)));
  if (new Set(logins.map(login => login.machineId)).size < logins.length)
    throw new Error('clones share a machine-id');
  if (new Set(logins.map(login => login.hostKey)).size < logins.length)
    throw new Error('clones share an SSH host key');
  return logins;
}

/** Tries until the guest lets the user in with the injected key. */
async function logIn(node: Cluster, { name, address }: (typeof CLONES)[number]): Promise<Login> {
  const end = Date.now() + BOOT_SECONDS * 1000;
  const questions = 'hostname; cat /etc/machine-id; cut -d" " -f2 /etc/ssh/ssh_host_ed25519_key.pub';
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'ConnectTimeout=5',
    'LogLevel=ERROR',
  ];
  const argv = [
    'ssh',
    '-F',
    '/dev/null',
    '-i',
    join(home, '.ssh/id_ed25519'),
    ...options.flatMap(option => ['-o', option]),
    `${USER}@${address}`,
    questions,
  ];
  let said = '';
  while (Date.now() < end) {
    const { rc, stdout, stderr } = await node.controllerExec(argv, { timeout: 20_000 });
    const [hostname, machineId, hostKey] = stdout.trim().split('\n');
    if (rc === 0 && hostname && machineId && hostKey) {
      console.log(`  SSH to ${name}: ok (hostname ${hostname}, address ${address})`);
      return { name, hostname, address, machineId, hostKey };
    }
    said = stderr.trim();
    await setTimeout(2000);
  }
  throw new Error(`${name} (${address}) let nobody in within ${BOOT_SECONDS} s: ${said}`);
}

interface Description {
  readonly digest: string;
  readonly list: string;
}

async function describe(node: Cluster): Promise<Description> {
  const config = await node.readFile('pve01', '/etc/pve/qemu-server/9000.conf');
  const digest =
    /"digest"%3A"([a-z0-9]+)%3A([0-9a-f]+)"/.exec(config) ??
    /"digest":"([a-z0-9]+):([0-9a-f]+)"/.exec(config);
  const { stdout } = await node.exec('pve01', ['qm', 'list']);
  return { digest: digest === null ? 'unknown' : `${digest[1]}:${digest[2]}`, list: stdout };
}

function summarise({ digest, list }: Description, logins: readonly Login[]): void {
  say('What was made');
  console.log(`  image       ${digest}`);
  console.log(list.replace(/^/gm, '  ').trimEnd());
  for (const { name, address } of CLONES) console.log(`  ${name}      ${address}`);
  for (const { name, hostname, address } of logins)
    console.log(`  SSH to ${name}: ok (hostname ${hostname}, address ${address})`);
  if (!boots) console.log('  the guests were left out (--no-boot)');
}

/** How long a newcomer has waited; undefined when the checkout is not from this hour. */
function minutesSinceClone(): number | undefined {
  const file = join(import.meta.dirname, '../.git/description');
  const minutes = existsSync(file) ? (Date.now() - statSync(file).birthtimeMs) / 60_000 : Infinity;
  return minutes < 60 ? minutes : undefined;
}

/** What was called so far: programs of Proxmox VE, or what of its API may change something. */
async function calls(node: Cluster): Promise<readonly string[]> {
  if (!byApi) return (await node.commands('pve01')).map(({ argv: [program = ''] }) => program);
  const log = await node.readFile('pve01', '/var/log/pveproxy/access.log');
  return [...log.matchAll(/"(?:POST|PUT|DELETE) [^"]*"/g)].map(([call]) => call);
}

function callCounts(called: readonly string[]): string {
  if (byApi) return `${called.length} changing API calls`;
  return `${called.filter(program => program === 'qm').length} qm calls`;
}

function say(title: string): void {
  console.log(`\n== ${title}`);
}
