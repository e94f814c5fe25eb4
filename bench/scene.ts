import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodes, type Cluster } from '../testnode/host/cluster.ts';
import type { LoggedCommand } from '../testnode/host/command-log.ts';
import { makeSshKey } from '../testnode/host/ssh-key.ts';
import { startImageServer } from '../testnode/image-server/start.ts';
import { runPlaybook, type PlaybookRun } from '../testnode/playbook.ts';
import { demands, isPveCall, type Image, type Variables } from './work.ts';

/** Fresh nodes with the call cost of real ones, an image to fetch, and a user who may log in. */
export interface BenchScene {
  readonly cluster: Cluster;
  readonly home: string;
  readonly publicKey: string;
  readonly image: Image;
  playbook(
    playbook: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<PlaybookRun>;
  /** What `ssh` is told besides, such as a slower line to the node. */
  readonly sshOptions: readonly string[];
  /** Calls of `qm` and `pvesm` since the last time this was asked. */
  newCalls(): Promise<readonly LoggedCommand[]>;
  /** Bytes that the node has received so far. */
  received(): Promise<number>;
  /** Throws unless the node has what the work demands. */
  mustHave(vars: Variables): Promise<void>;
  down(): Promise<void>;
}

/** Seconds of processor time of each call: with Node's own start, `qm status` then takes what a real one takes, 0.55 s. */
export const CALL_COST = 0.42;
const IMAGE_URL = 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2';
const IMAGE_PATH = '/var/lib/vz/template/iso/debian-12-genericcloud-amd64.qcow2';
const CONTENT_MEBIBYTES = 34;

export async function startBenchScene(roundTripMilliseconds = 0): Promise<BenchScene> {
  const home = mkdtempSync(join(tmpdir(), 'bench-'));
  mkdirSync(join(home, '.ssh'));
  await makeSshKey(join(home, '.ssh/id_ed25519'), 'bench');
  const file = await makeImage(home);
  const { stdout } = await execa('sha256sum', [file]);
  const cluster = await startNodes({ callCost: CALL_COST });
  await startImageServer(cluster, { files: { [IMAGE_URL]: file } });
  let seen = 0;
  return {
    cluster,
    home,
    publicKey: readFileSync(join(home, '.ssh/id_ed25519.pub'), 'utf8').trim(),
    image: { url: IMAGE_URL, digest: stdout.split(' ', 1)[0] ?? '', path: IMAGE_PATH },
    sshOptions: roundTripMilliseconds === 0 ? [] : ['-o', `ProxyCommand=${slowLine(roundTripMilliseconds)}`],
    playbook: (playbook, args, env) => runPlaybook(cluster, { playbook, args, home, env }),
    newCalls: async () => {
      const calls = await cluster.commands('pve01');
      const fresh = calls.slice(seen);
      seen = calls.length;
      return fresh.filter(isPveCall);
    },
    received: async () => Number(await cluster.readFile('pve01', '/sys/class/net/vmbr0/statistics/rx_bytes')),
    mustHave: vars => mustHave(cluster, vars),
    down: async () => {
      await cluster.down();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The kernel of a test machine often lacks the queue (netem) that would delay packets. */
function slowLine(milliseconds: number): string {
  const program = join(import.meta.dirname, 'delay.ts');
  return `${process.execPath} --import ${import.meta.resolve('tsx')} ${program} %h %p ${milliseconds}`;
}

/** As a distribution's smallest image: a few bytes for a disk of 2.25 GiB. */
async function makeImage(directory: string): Promise<string> {
  const raw = join(directory, 'image.raw');
  const image = join(directory, 'image.qcow2');
  writeFileSync(raw, randomBytes(CONTENT_MEBIBYTES * 1024 * 1024));
  await execa('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, image]);
  await execa('qemu-img', ['resize', '-q', image, '2304M']);
  rmSync(raw);
  return image;
}

async function mustHave(cluster: Cluster, vars: Variables): Promise<void> {
  for (const { vmid, lines } of demands(vars)) {
    const config = await cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);
    const missing = lines.find(line => !line.test(config));
    if (missing !== undefined) throw new Error(`VM ${vmid} lacks ${missing.source}:\n${config}`);
  }
}
