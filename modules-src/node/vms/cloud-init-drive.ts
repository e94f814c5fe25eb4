import { readFile } from 'node:fs/promises';
import { DRIVE_FILES } from '../../pve/cloud-init/files.ts';
import { readIso } from '../../pve/text/iso9660.ts';
import { readQcow2 } from '../../pve/text/qcow2.ts';
import { SNIPPET_KINDS, type SnippetKind } from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { cloudInitDriveKey } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { volumePath } from '../../pve/text/volume-path.ts';

/** What the cloud-init drive of a VM says now, part by part. */
export type DriveParts = ReadonlyMap<SnippetKind, string>;

/**
 * Reads the VM's cloud-init drive itself, 4 MiB that PVE made; undefined where there is none or it cannot be read from
 * here (a volume that is not active, a storage without files), which is no fault.
 */
export async function readCloudInitDrive(
  config: ReadonlyMap<string, string>,
  storages: readonly Storage[],
): Promise<DriveParts | undefined> {
  const volume = driveVolume(config.get(cloudInitDriveKey(config) ?? '') ?? '');
  const storage = storages.find(({ id }) => id === volume?.storage);
  const path = volume === undefined || storage === undefined ? undefined : volumePath(storage, volume);
  if (path === undefined) return undefined;
  try {
    const file = await readFile(path);
    const files = readIso(readQcow2(file) ?? file);
    return files === undefined ? undefined : partsOf(files);
  } catch {
    return undefined;
  }
}

function partsOf(files: ReadonlyMap<string, Buffer>): DriveParts | undefined {
  const names = Object.values(DRIVE_FILES).find(({ user }) => files.has(user));
  if (names === undefined) return undefined;
  return new Map(SNIPPET_KINDS.map(kind => [kind, files.get(names[kind])?.toString('utf8') ?? '']));
}
