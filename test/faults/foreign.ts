import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { fileDigests } from '../file-digests.ts';

/** SHA-256 of each file of guests that the role did not make, by its path on the node. */
export type Digests = Readonly<Record<string, string>>;

const configsOf = (node: string): string => `/etc/pve/nodes/${node}`;
const IMAGES = '/var/lib/vz/images';

/** On the first node, beside the role's 9000 and 301 to 303: a name of nobody's, and two that are nearly the role's, at its next numbers. */
const VMS: readonly (readonly [vmid: number, name: string])[] = [
  [100, 'customer-db'],
  [304, 'web-01-old'],
  [9001, 'debian-12-old'],
];

/** On each of the others, by its place among them. */
const OF_OTHERS = 100;

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

/** Makes guests of others on the nodes and on the storage that the role uses, with something on their disks. */
export async function makeForeign(cluster: Cluster): Promise<Digests> {
  const [first = '', ...others] = cluster.names;
  for (const [vmid, name] of VMS) await make(cluster, first, vmid, name);
  for (const [index, node] of others.entries())
    await make(cluster, node, OF_OTHERS + 1 + index, `customer-on-${node}`);
  await cluster.writeFile(first, `${configsOf(first)}/lxc/${CONTAINER}.conf`, CONTAINER_CONFIG);
  await cluster.succeed(first, ['mkdir', `${IMAGES}/${CONTAINER}`]);
  await fill(cluster, first, `${IMAGES}/${CONTAINER}/vm-${CONTAINER}-disk-0.raw`);
  return readForeign(cluster);
}

async function make(cluster: Cluster, node: string, vmid: number, name: string): Promise<void> {
  await cluster.succeed(node, ['qm', 'create', String(vmid), '--name', name, '--scsi0', 'local:0.001']);
  await fill(cluster, node, `${IMAGES}/${vmid}/vm-${vmid}-disk-0.raw`);
}

/** What every file of those guests is now, with files that came and without those that went. */
export async function readForeign(cluster: Cluster): Promise<Digests> {
  const found = cluster.names.map(async (node, index) => {
    const numbers = index === 0 ? [CONTAINER, ...VMS.map(([vmid]) => vmid)] : [OF_OTHERS + index];
    const places = numbers.flatMap(vmid => [
      `${configsOf(node)}/qemu-server/${vmid}.conf`,
      `${configsOf(node)}/lxc/${vmid}.conf`,
      `${IMAGES}/${vmid}`,
    ]);
    return [...(await fileDigests(cluster, node, [...places, '-type', 'f']))];
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

/** Paths whose file is another one, is gone or is new. */
export function foreignChanges(before: Digests, after: Digests): readonly string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter(path => before[path] !== after[path]).sort();
}

const fill = (cluster: Cluster, node: string, disk: string): Promise<string> =>
  cluster.succeed(node, ['dd', 'if=/dev/urandom', `of=${disk}`, 'bs=1M', 'count=1', 'conv=fsync']);
