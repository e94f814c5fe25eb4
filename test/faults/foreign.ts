import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { fileDigests } from '../file-digests.ts';

/** SHA-256 of each file of guests that the role did not make, by its path on the node. */
export type Digests = Readonly<Record<string, string>>;

const NODE = 'pve01';
const CONFIGS = `/etc/pve/nodes/${NODE}`;
const IMAGES = '/var/lib/vz/images';

/** Beside the role's 9000 and 301 to 303: a name of nobody's, and two that are nearly the role's, at its next numbers. */
const VMS: readonly (readonly [vmid: number, name: string])[] = [
  [100, 'customer-db'],
  [304, 'web-01-old'],
  [9001, 'debian-12-old'],
];

const CONTAINER = 300;
const CONTAINER_CONFIG = `arch: amd64
cores: 1
hostname: web-04
memory: 512
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:5A:00:01,ip=dhcp,type=veth
ostype: debian
rootfs: local:${CONTAINER}/vm-${CONTAINER}-disk-0.raw,size=1M
swap: 512
unprivileged: 1
`;

/** Makes guests of others on the node and on the storage that the role uses, with something on their disks. */
export async function makeForeign(cluster: Cluster): Promise<Digests> {
  for (const [vmid, name] of VMS) {
    await cluster.succeed(NODE, ['qm', 'create', String(vmid), '--name', name, '--scsi0', 'local:0.001']);
    await fill(cluster, `${IMAGES}/${vmid}/vm-${vmid}-disk-0.raw`);
  }
  await cluster.writeFile(NODE, `${CONFIGS}/lxc/${CONTAINER}.conf`, CONTAINER_CONFIG);
  await cluster.succeed(NODE, ['mkdir', `${IMAGES}/${CONTAINER}`]);
  await fill(cluster, `${IMAGES}/${CONTAINER}/vm-${CONTAINER}-disk-0.raw`);
  return readForeign(cluster);
}

/** What every file of those guests is now, with files that came and without those that went. */
export async function readForeign(cluster: Cluster): Promise<Digests> {
  const numbers = [CONTAINER, ...VMS.map(([vmid]) => vmid)];
  const places = numbers.flatMap(vmid => [
    `${CONFIGS}/qemu-server/${vmid}.conf`,
    `${CONFIGS}/lxc/${vmid}.conf`,
    `${IMAGES}/${vmid}`,
  ]);
  return Object.fromEntries(await fileDigests(cluster, NODE, [...places, '-type', 'f']));
}

/** Paths whose file is another one, is gone or is new. */
export function foreignChanges(before: Digests, after: Digests): readonly string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter(path => before[path] !== after[path]).sort();
}

const fill = (cluster: Cluster, disk: string): Promise<string> =>
  cluster.succeed(NODE, ['dd', 'if=/dev/urandom', `of=${disk}`, 'bs=1M', 'count=1', 'conv=fsync']);
