import { statfs } from 'node:fs/promises';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { freeBytesByStorage } from '../../pve/text/storage-status.ts';
import { isMissing, readText } from '../../system/files.ts';
import { localNode } from './local-node.ts';
import { readStorages } from './storages.ts';

/** A directory tells by itself; of other storages it is known what the node last told its cluster. */
export async function readFreeBytes(id: string): Promise<number | undefined> {
  const path = parseStorageConfig(await readStorages()).find(storage => storage.id === id)?.path;
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
