import { setTimeout as sleep } from 'node:timers/promises';
import { guestImage } from '../guest/image.ts';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';

const NODE = 'pve01';
/** Where a test puts the guest image on the node. */
export const NODE_IMAGE = '/var/lib/vz/import/guest.qcow2';
const BOOT_LIMIT = 300_000;
const RETRY = 2000;

/** A node whose guests boot, with the guest image on its disk. */
export async function bootingNode(): Promise<Cluster> {
  const image = await guestImage(message => process.stderr.write(`${message}\n`));
  const cluster = await startNodes({ guests: 'boot' });
  await cluster.controllerExec(['cp', '--sparse=always', image, `${cluster.directory}/${NODE}${NODE_IMAGE}`]);
  await cluster.exec(NODE, ['cp', '/root/.ssh/authorized_keys', '/root/guest-key.pub']);
  return cluster;
}

/** Runs qm on the node; a failure is an error with what it said. */
export const qm = (cluster: Cluster, ...args: readonly string[]): Promise<string> =>
  cluster.succeed(NODE, ['qm', ...args]);

/** Runs a command in a guest by SSH with the injected key, as soon as it lets its user in. */
export async function inGuest(
  cluster: Cluster,
  address: () => string | undefined,
  command: string,
): Promise<string> {
  const end = Date.now() + BOOT_LIMIT;
  let last = 'no address';
  while (Date.now() < end) {
    const host = address();
    if (host !== undefined) {
      const argv = ['ssh', '-F', cluster.sshConfigFile, '-o', 'ConnectTimeout=5', `debian@${host}`, command];
      const { rc, stdout, stderr } = await cluster.controllerExec(argv);
      if (rc === 0) return stdout;
      last = stderr;
    }
    await sleep(RETRY);
  }
  throw new Error(`the guest let nobody in: ${last}${await serialLog(cluster)}`);
}

async function serialLog(cluster: Cluster): Promise<string> {
  const { stdout } = await cluster.exec(NODE, ['sh', '-c', 'tail -n 20 /var/run/qemu-server/*.serial0.log']);
  return stdout;
}
