import { statfs } from 'node:fs/promises';
import { freeBytesByStorage } from '../../pve/text/storage-status.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { isMissing, readText } from '../../system/files.ts';
import { localNode } from '../vms/files.ts';

/**
 * Free bytes of a storage on this node, undefined where nothing tells: a directory tells by itself; of other storages it
 * is known what the node last told its cluster.
 */
export async function freeBytesOn({ id, path }: Storage): Promise<number | undefined> {
  if (path === undefined) {
    const status = (await readText('/etc/pve/.rrd')) ?? '';
    return freeBytesByStorage(status, localNode(), Date.now()).get(id);
  }
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    // PVE makes the directory of a storage itself, on the file system above it.
    if (isMissing(error)) return undefined;
    throw error;
  }
}
