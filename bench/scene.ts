import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knowingNames } from '../testnode/api-way.ts';
import { startNodes } from '../testnode/host/cluster.ts';
import type { Cluster } from '../testnode/host/cluster-handle.ts';
import type { LoggedCommand } from '../testnode/pve/runtime/command-log.ts';
import { makeSshKey } from '../testnode/host/ssh-key.ts';
import { FRESH_STORAGE_CONFIG } from '../testnode/host/storage-config.ts';
import { startImageServer } from '../testnode/image-server/start.ts';
import { openRestAccess, restEnvironment } from '../testnode/host/rest-access.ts';
import { runPlaybook, type PlaybookOptions, type PlaybookRun } from '../testnode/playbook.ts';
import { demands, FIRST_NODE, isPveCall, SHARED_STORAGE, type Image, type Variables } from './work.ts';

/** Fresh nodes with the call cost of real ones, an image to fetch, and a user who may log in. */
export interface BenchScene {
  readonly cluster: Cluster;
  readonly home: string;
  readonly publicKey: string;
  readonly image: Image;
  /** Runs a playbook as the controller, which knows the names that the nodes know, and trusts the cluster's API. */
  playbook(options: Omit<PlaybookOptions, 'home' | 'wrapper'>): Promise<PlaybookRun>;
  /** What `ssh` is told besides, such as a slower line to the node. */
  readonly sshOptions: readonly string[];
  /** Calls of `qm` and `pvesm` since the last time this was asked. */
  newCalls(): Promise<readonly LoggedCommand[]>;
  /** Bytes that the nodes have received so far. */
  received(): Promise<number>;
  /** Throws unless the node has what the work demands. */
  mustHave(vars: Variables): Promise<void>;
  down(): Promise<void>;
}

/** Seconds of processor time of each call of a program (those of the REST API cost what real ones do): with Node's own start, `qm status` then takes what a real one takes, 0.55 s. */
export const CALL_COST = 0.42;
const IMAGE_URL = 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2';
const IMAGE_PATH = '/var/lib/vz/template/iso/debian-12-genericcloud-amd64.qcow2';
const CONTENT_MEBIBYTES = 34;

export const MANY_VMS = 5000;

/** A shell script that gives a node the configurations of many VMs. */
export const makeManyVms = (node: string): string => `for i in $(seq 10000 ${9999 + MANY_VMS}); do
  printf 'cores: 2\\nmemory: 2048\\nname: vm-%s\\nscsi0: local-lvm:vm-%s-disk-0,size=32G\\n' $i $i \
    > /etc/pve/nodes/${node}/qemu-server/$i.conf
done`;

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const { stdout } = await execa('sha256sum', [file]);
  return stdout.split(' ', 1)[0] ?? '';
}

export interface SceneOptions {
  /** Milliseconds of a round trip that the line to the nodes has besides. */
  readonly delay?: number | undefined;
  readonly nodes?: number | undefined;
  /** Seconds of processor time that each call of `qm` and `pvesm` costs besides. */
  readonly callCost?: number | undefined;
}

export async function startBenchScene({
  delay = 0,
  nodes = 1,
  callCost = CALL_COST,
}: SceneOptions = {}): Promise<BenchScene> {
  const home = mkdtempSync(join(tmpdir(), 'bench-'));
  mkdirSync(join(home, '.ssh'));
  await makeSshKey(join(home, '.ssh/id_ed25519'), 'bench');
  const file = await makeImage(home);
  const digest = await sha256Of(file);
  const cluster = await startNodes({ callCost, nodes, settings: { restCost: callCost === 0 ? 0 : 1 } });
  if (nodes > 1) await shareStorage(cluster);
  await startImageServer(cluster, { files: { [IMAGE_URL]: file } });
  await openRestAccess(cluster);
  const { wrapper, trust } = await knowingNames({ cluster, home });
  const seen = new Map<string, number>();
  return {
    cluster,
    home,
    publicKey: readFileSync(join(home, '.ssh/id_ed25519.pub'), 'utf8').trim(),
    image: { url: IMAGE_URL, digest, path: IMAGE_PATH },
    sshOptions: delay === 0 ? [] : ['-o', `ProxyCommand=${slowLine(delay)}`],
    playbook: ({ env = {}, ...options }) =>
      runPlaybook(cluster, {
        ...{ ...options, home, wrapper },
        env: { ...restEnvironment(cluster), ...trust, ...env },
      }),
    newCalls: async () => {
      const calls = await Promise.all(
        cluster.names.map(async node => {
          const all = await cluster.commands(node);
          const fresh = all.slice(seen.get(node) ?? 0);
          seen.set(node, all.length);
          return fresh;
        }),
      );
      return calls.flat().filter(isPveCall);
    },
    received: async () => {
      const counters = cluster.names.map(node =>
        cluster.readFile(node, '/sys/class/net/vmbr0/statistics/rx_bytes'),
      );
      return (await Promise.all(counters)).reduce((sum, bytes) => sum + Number(bytes), 0);
    },
    mustHave: vars => mustHave(cluster, vars),
    down: async () => {
      await cluster.down();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function shareStorage(cluster: Cluster): Promise<void> {
  const path = `/mnt/pve/${SHARED_STORAGE}`;
  const stanza = `dir: ${SHARED_STORAGE}\n\tpath ${path}\n\tcontent images,snippets\n\tshared 1\n`;
  await cluster.exec(FIRST_NODE, ['mkdir', path]);
  await cluster.writeFile(FIRST_NODE, '/etc/pve/storage.cfg', `${FRESH_STORAGE_CONFIG}${stanza}`);
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
  for (const { vmid, node, lines } of demands(vars)) {
    const config = await cluster.readFile(FIRST_NODE, `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`);
    const missing = lines.find(line => !line.test(config));
    if (missing !== undefined) throw new Error(`VM ${vmid} lacks ${missing.source}:\n${config}`);
  }
}
