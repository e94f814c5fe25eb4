import type { FoundVm, Identity } from '../../pve/vms/ownership.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { FIND_REMAINS, findWithRemains } from '../../pve/vms/find.ts';
import type { ImageUse, Part } from '../../sdk/cluster.ts';
import { storageOf, type Observed } from './plan.ts';

interface Wanted extends Identity {
  readonly image: string;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
  readonly storage: string;
  readonly disk: string;
  readonly disks?: Readonly<Record<string, unknown>> | undefined;
}

export const IMPORT_ASKS = [...FIND_REMAINS, 'readSource', 'readStorages', 'readFreeBytes'] as const;

/** The VM, the storage, and, only while the disk is missing, the image. */
export async function observeImport(
  wanted: Wanted,
  circumstances: Circumstances,
  cluster: Part<(typeof IMPORT_ASKS)[number]>,
): Promise<Observed> {
  const vm = await findWithRemains(wanted, circumstances, cluster);
  const { image, cache_dir: place, checksum } = wanted;
  const source = await cluster.readSource({ image, place, checksum }, useOf(wanted, vm, circumstances));
  const id = storageOf(wanted);
  const storage = parseStorageConfig(await cluster.readStorages()).find(one => one.id === id);
  return {
    vm,
    ...source,
    storage,
    free:
      source.image === undefined || storage === undefined
        ? undefined
        : await cluster.readFreeBytes(storage.id),
    checkMode: circumstances.checkMode,
  };
}

function useOf({ disk }: Wanted, { record }: FoundVm, { checkMode }: Circumstances): ImageUse {
  if (record?.config.has(disk) === true) return 'name';
  return checkMode ? 'look' : 'import';
}
