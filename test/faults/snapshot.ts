import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { MODULE_PROCESS } from '../bundle.ts';

/** All nodes have it. */
const OF_THE_CLUSTER = '/etc/pve';
/** What runs of the role and of `qm` change on a node. */
const PLACES = [
  '/etc/testnode',
  '/var/lib/vz',
  '/var/lib/testnode',
  '/var/lib/proxmox-role',
  '/root/.ansible/tmp',
];
/** Programs that a killed run may have left, apart from Ansible's connection. */
const LEFT = [MODULE_PROCESS, '[-]-task', 'qemu-img'];

/** Base images of templates can be neither changed nor removed, which a copy of their files does not keep. */
const bases = (sign: '+' | '-'): string =>
  `find /var/lib/vz/images -name 'base-*' -exec chattr ${sign}i {} +`;

/** Keeps what the nodes have now, and gives it back as often as asked for; their guests are stopped then. */
export async function takeSnapshot(cluster: Cluster, name: string): Promise<() => Promise<void>> {
  const copy = `/root/snapshots/${name}`;
  for (const node of cluster.names)
    await each(cluster, node, `mkdir -p ${copy}; if [ -d $place ]; then cp -a --parents $place ${copy}; fi`);
  return async () => {
    for (const node of cluster.names) await still(cluster, node);
    for (const node of cluster.names) await giveBack(cluster, node, copy);
  };
}

async function still(cluster: Cluster, node: string): Promise<void> {
  for (const pattern of LEFT) await cluster.exec(node, ['pkill', '-KILL', '-f', pattern]);
  const stop =
    'for vm in $(qm list | awk \'$3 == "running" { print $1 }\'); do qm stop "$vm" --skiplock 1; done';
  await script(cluster, node, stop);
}

async function giveBack(cluster: Cluster, node: string, copy: string): Promise<void> {
  await script(cluster, node, bases('-'));
  await each(
    cluster,
    node,
    `if [ -d $place ]; then find $place -mindepth 1 -delete; fi; if [ -d ${copy}$place ]; then cp -a ${copy}$place/. $place/; fi`,
  );
  await script(cluster, node, bases('+'));
}

const each = (cluster: Cluster, node: string, text: string): Promise<string> => {
  const places = node === cluster.names[0] ? [OF_THE_CLUSTER, ...PLACES] : PLACES;
  return script(cluster, node, `for place in ${places.join(' ')}; do ${text}; done`);
};

const script = (cluster: Cluster, node: string, text: string): Promise<string> =>
  cluster.succeed(node, ['sh', '-ec', text]);
