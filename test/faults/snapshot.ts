import type { Cluster } from '../../testnode/host/cluster-handle.ts';

const NODE = 'pve01';
/** What runs of the role and of `qm` change on a node. */
const PLACES = [
  '/etc/pve',
  '/etc/testnode',
  '/var/lib/vz',
  '/var/lib/testnode',
  '/var/lib/proxmox-role',
  '/root/.ansible/tmp',
];
/** Programs that a killed run may have left, apart from Ansible's connection. */
const LEFT = ['node -$', '[-]-task', 'qemu-img'];

/** Base images of templates can be neither changed nor removed, which a copy of their files does not keep. */
const bases = (sign: '+' | '-'): string =>
  `find /var/lib/vz/images -name 'base-*' -exec chattr ${sign}i {} +`;

/** Keeps what a node has now, and gives it back as often as asked for; its guests are stopped then. */
export async function takeSnapshot(cluster: Cluster, name: string): Promise<() => Promise<void>> {
  const copy = `/root/snapshots/${name}`;
  await each(cluster, `mkdir -p ${copy}; if [ -d $place ]; then cp -a --parents $place ${copy}; fi`);
  return async () => {
    for (const pattern of LEFT) await cluster.exec(NODE, ['pkill', '-KILL', '-f', pattern]);
    await script(
      cluster,
      'for vm in $(qm list | awk \'$3 == "running" { print $1 }\'); do qm stop "$vm" --skiplock 1; done',
    );
    await script(cluster, bases('-'));
    await each(
      cluster,
      `if [ -d $place ]; then find $place -mindepth 1 -delete; fi; if [ -d ${copy}$place ]; then cp -a ${copy}$place/. $place/; fi`,
    );
    await script(cluster, bases('+'));
  };
}

const each = (cluster: Cluster, text: string): Promise<string> =>
  script(cluster, `for place in ${PLACES.join(' ')}; do ${text}; done`);

const script = (cluster: Cluster, text: string): Promise<string> =>
  cluster.succeed(NODE, ['sh', '-ec', text]);
