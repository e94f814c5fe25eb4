import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../host/cluster-handle.ts';
import { observeConfigs, observeVolumes, type SeenImages } from '../observe.ts';
import { STORAGE_PATHS } from '../recorded-node.ts';
import type { RecordedVolume } from '../transcript.ts';
import type { Traces } from './record.ts';
import type { ContentFile } from './repeats.ts';

const CONTENT_DIRECTORIES: Readonly<Record<string, string>> = {
  'template/iso': 'iso',
  'template/cache': 'vztmpl',
  import: 'import',
  snippets: 'snippets',
};

/** Looks at what the recorder looked at after a call. */
export async function observeTraces(
  { cluster, seen }: { readonly cluster: Cluster; readonly seen: SeenImages },
  node: string,
  recorded: Traces,
): Promise<Omit<Traces, 'exitStatus'>> {
  const { configs, volumes, content } = recorded;
  const vmids = Object.keys(configs ?? {});
  const isOwn = ({ volid }: RecordedVolume): boolean => vmids.includes(/:(\d+)\//.exec(volid)?.[1] ?? '');
  // Some recorders looked at the volumes of the VMs that a call names, others at all.
  const isWanted = vmids.length > 0 && volumes?.every(isOwn) ? isOwn : () => true;
  const directory = `/etc/pve/nodes/${node}/qemu-server`;
  return {
    configs: configs && observeConfigs(cluster, node, directory, vmids),
    volumes: volumes && (await observeVolumes(cluster, node, seen)).filter(isWanted),
    content: content && contentFiles(join(cluster.directory, node)),
  };
}

/** Files of the storages that are no disks, read from the host's side of the node's disk. */
function contentFiles(disk: string): readonly ContentFile[] {
  return Object.entries(STORAGE_PATHS).flatMap(([storage, root]) =>
    Object.entries(CONTENT_DIRECTORIES).flatMap(([directory, type]) =>
      filesIn(join(disk, root, directory)).map(({ name, bytes, mode }) => ({
        volid: `${storage}:${type}/${name}`,
        bytes,
        mode,
      })),
    ),
  );
}

function filesIn(
  directory: string,
): readonly { readonly name: string; readonly bytes: number; readonly mode: string }[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map(name => {
    const { size, mode } = statSync(join(directory, name));
    return { name, bytes: size, mode: `0o${(mode & 0o777).toString(8)}` };
  });
}
