import { execa } from 'execa';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodes } from '../testnode/host/cluster.ts';
import type { Cluster } from '../testnode/host/cluster-handle.ts';
import type { LoggedCommand } from '../testnode/pve/runtime/command-log.ts';
import type { ClusterOptions } from '../testnode/host/options.ts';
import { makeSshKey } from '../testnode/host/ssh-key.ts';
import { everywhere } from '../testnode/image-server/catalogue.ts';
import type { ServedFiles } from '../testnode/image-server/protocol.ts';
import { startImageServer, type ImageServer } from '../testnode/image-server/start.ts';
import type { PlaybookRun } from '../testnode/playbook.ts';
import { play } from './ansible/play.ts';

/** Test nodes, a server that has a small disk image under every URL of the catalogue, and a user with SSH keys. */
export interface Scene {
  readonly cluster: Cluster;
  readonly images: ImageServer;
  readonly home: string;
  readonly publicKey: string;
  /** Digest of the image that the server has. */
  readonly imageDigest: string;
  run(
    playbook: string,
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
    wrapper?: readonly string[],
  ): Promise<PlaybookRun>;
  /** Calls of PVE programs on a node since the last time this was asked. */
  newCalls(node?: string): Promise<readonly LoggedCommand[]>;
  down(): Promise<void>;
}

/** Verbs of `qm` that change something. */
const CHANGING = new Set([
  'create',
  'set',
  'resize',
  'importdisk',
  'template',
  'clone',
  'start',
  'stop',
  'shutdown',
  'reboot',
  'destroy',
]);

export const changing = (calls: readonly LoggedCommand[]): readonly string[] =>
  calls
    .filter(({ argv: [, verb = ''] }) => CHANGING.has(verb) || verb === 'cloudinit')
    .map(({ argv }) => argv.slice(0, 3).join(' '));

/** Starts nodes with those options; `files` are served besides the images, `urls` may be served later. */
export async function startScene(
  options: ClusterOptions = {},
  files: ServedFiles = {},
  urls: readonly string[] = [],
): Promise<Scene> {
  const home = mkdtempSync(join(tmpdir(), 'scene-'));
  const image = join(home, 'image.qcow2');
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', image, '64M']);
  mkdirSync(join(home, '.ssh'));
  await makeSshKey(join(home, '.ssh/id_ed25519'), 'tester');
  // The examples of the specification look for a key of this name.
  cpSync(join(home, '.ssh/id_ed25519.pub'), join(home, '.ssh/id_rsa.pub'));
  const cluster = await startNodes(options);
  const images = await startImageServer(cluster, {
    files: { ...everywhere(image), ...files },
    hosts: urls.map(url => new URL(url).hostname),
  });
  const seen = new Map<string, number>();
  const { stdout } = await execa('sha256sum', [image]);
  return {
    cluster,
    images,
    home,
    publicKey: readFileSync(join(home, '.ssh/id_ed25519.pub'), 'utf8').trim(),
    imageDigest: stdout.split(' ', 1)[0] ?? '',
    run: (playbook, args = [], env = {}, wrapper = []) =>
      play(cluster, { playbook, args, home, env, wrapper }),
    newCalls: async (node = 'pve01') => {
      const calls = await cluster.commands(node);
      const before = seen.get(node) ?? 0;
      seen.set(node, calls.length);
      return calls.slice(before);
    },
    down: async () => {
      await cluster.down();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
