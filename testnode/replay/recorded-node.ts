import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../host/cluster-handle.ts';
import { LARGE_AND_FULL, placeImages } from './images.ts';

/** Name of the node that everything was recorded on. */
export const NODE = 'pve01';

/** First three numbers of its network; the web server of some recordings had the first address. */
export const RECORDED_NETWORK = '10.98.78';

/** Where its storages are. */
export const STORAGE_PATHS: Readonly<Record<string, string>> = {
  local: '/var/lib/vz',
  'local-dir2': '/mnt/dir2',
  noimages: '/mnt/dir2/noimages',
  nosnip: '/mnt/dir2/nosnip',
  disabled1: '/mnt/dir2/disabled1',
};

/** Its storage configuration. */
export const STORAGE_CONFIG = `dir: local
\tpath /var/lib/vz
\tcontent iso,vztmpl,backup,snippets,images,import,rootdir

dir: local-dir2
\tpath /mnt/dir2
\tcontent rootdir,images

dir: noimages
\tpath /mnt/dir2/noimages
\tcontent iso,vztmpl

dir: nosnip
\tpath /mnt/dir2/nosnip
\tcontent images

dir: disabled1
\tdisable
\tpath /mnt/dir2/disabled1
\tcontent images

`;

/** What was otherwise when calls were recorded than when commands were. */
export interface Recorded {
  /** DNS servers, which cloud-init drives name when the VM names none. */
  readonly resolver: string;
  readonly largeImage?: string;
}

export const RECORDED: Readonly<Record<'commands' | 'calls', Recorded>> = {
  commands: { resolver: 'nameserver 192.0.2.53\n' },
  calls: { resolver: 'search test\nnameserver 127.0.0.1\n' },
};

/** What these calls were recorded on: where the datacenter limits copies, they took the time of a full image. */
export function recordedCalls(commands: string): Recorded {
  return commands.includes('bwlimit: ') ? { ...RECORDED.calls, largeImage: LARGE_AND_FULL } : RECORDED.calls;
}

/** Gives a fresh node what the recorded one had; `commands` name the images that only some steps need. */
export async function prepareNode(
  cluster: Cluster,
  { resolver, largeImage }: Recorded,
  commands: string,
): Promise<void> {
  const disk = join(cluster.directory, NODE);
  for (const path of ['dir2/images', 'dir2/noimages', 'dir2/nosnip']) {
    mkdirSync(join(disk, 'mnt', path), { recursive: true });
  }
  const images = join(disk, 'srv/img');
  mkdirSync(images, { recursive: true });
  await placeImages(images, commands, largeImage);
  await cluster.exec(NODE, ['cp', '/etc/pve/storage.cfg', '/run/replay-storage.cfg']);
  await cluster.writeFile(NODE, '/etc/resolv.conf', resolver);
}
