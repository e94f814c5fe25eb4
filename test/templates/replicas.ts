import { execa } from 'execa';
import { join } from 'node:path';
import { everywhere } from '../../testnode/image-server/catalogue.ts';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { sceneByApi, type PlaybookDoors } from '../doors/playbook.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const EXAMPLE = 'examples/template-nodes.yml';
const SHARED = `${FRESH_STORAGE_CONFIG}dir: shared
\tpath /mnt/pve/shared
\tcontent images
\tshared 1

`;

/** Nodes of a cluster that are to have the template of the example, and one storage that they share. */
export interface Replicas extends Pick<Scene, 'cluster' | 'down'> {
  /** Runs the example with more variables. */
  run(
    more: Readonly<Record<string, unknown>>,
    args?: readonly string[],
    door?: keyof PlaybookDoors,
    wrapper?: readonly string[],
  ): Promise<PlaybookRun>;
  /** A distribution publishes a build of that size under the same URL. */
  publish(bytes: string): Promise<void>;
  /** By the node and the number, the name of each VM. */
  names(): Promise<Readonly<Record<string, string>>>;
  /** Configuration of a VM, with its marker as it was written. */
  config(node: string, vmid: number): Promise<string>;
  /** Calls on all or some nodes that change something, since the last time this was asked. */
  newChanges(some?: readonly string[]): Promise<readonly string[]>;
  /** Faults of a node from now on. */
  setFaults(node: string, commands: readonly object[]): Promise<void>;
}

export async function startReplicas(nodes: readonly string[]): Promise<Replicas> {
  const scene = await startScene({ nodes: nodes.length, storageConfig: SHARED });
  const { cluster } = scene;
  await cluster.exec('pve01', ['mkdir', '-p', '/mnt/pve/shared']);
  let api: Promise<Scene> | undefined;
  const doors = { ssh: () => scene, api: () => (api ??= sceneByApi(scene)) };
  return {
    cluster,
    down: () => scene.down(),
    run: async (more, args = [], door = 'ssh', wrapper = []) =>
      (await doors[door]()).run(EXAMPLE, ['-e', JSON.stringify(more), ...args], {}, wrapper),
    publish: async bytes => {
      const image = join(scene.home, `image-${bytes}.qcow2`);
      await execa('qemu-img', ['create', '-q', '-f', 'qcow2', image, bytes]);
      await scene.images.addFiles(everywhere(image));
    },
    names: async () => {
      const script = 'cd /etc/pve/nodes && grep -H ^name: */qemu-server/*.conf';
      const { stdout } = await cluster.exec('pve01', ['sh', '-c', script]);
      const found = stdout.matchAll(/^(\w+)\/qemu-server\/(\d+)\.conf:name: (\S+)$/gm);
      return Object.fromEntries(
        [...found].map(([, node = '', vmid = '', name = '']) => [`${node} ${vmid}`, name]),
      );
    },
    config: async (node, vmid) =>
      decodeURIComponent(await cluster.readFile('pve01', `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`)),
    newChanges: async (some = nodes) =>
      (await Promise.all(some.map(node => scene.newCalls(node)))).flatMap(changing),
    setFaults: (node, commands) =>
      cluster.writeFile(node, '/etc/testnode/faults.json', JSON.stringify({ commands })),
  };
}

/** Digest of the image that a template was made of. */
export const digestIn = (config: string): string => /"digest":"([^"]+)"/.exec(config)?.[1] ?? '';
