import type { Identity } from '../../pve/vms/ownership.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { CheckedFile } from '../../sdk/step.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { FIND_REMAINS, findWithRemains } from '../../pve/vms/find.ts';
import type { Part } from '../../sdk/cluster.ts';
import { checkImage } from '../../node/images/check.ts';
import type { ImageInfo } from '../../node/images/info.ts';
import { keepForImport } from '../../node/images/lease.ts';
import { findImagePath } from '../../node/images/place.ts';
import { knownImage } from '../../node/images/pinned.ts';
import type { Observed } from './plan.ts';

interface Wanted extends Identity {
  readonly image: string;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
  readonly storage: string;
  readonly disk: string;
}

export const IMPORT_ASKS = [...FIND_REMAINS, 'readStorages', 'readFreeBytes'] as const;

/** The VM, the storage, and, only while the disk is missing, the image. */
export async function observeImport(
  wanted: Wanted,
  circumstances: Circumstances,
  cluster: Part<(typeof IMPORT_ASKS)[number]>,
): Promise<Observed> {
  const vm = await findWithRemains(wanted, circumstances, cluster);
  const path = wanted.image.startsWith('/')
    ? wanted.image
    : await findImagePath(wanted.cache_dir, wanted.image, wanted.checksum);
  const attached = vm.record?.config.has(wanted.disk) === true;
  // Known before it is looked into: what changes from here on is noticed when it is imported.
  const known = attached ? undefined : await knownImage(path);
  if (known !== undefined && !circumstances.checkMode && !(await keepForImport(path, known.identity)))
    return observeImport(wanted, circumstances, cluster);
  const storage = parseStorageConfig(await cluster.readStorages()).find(({ id }) => id === wanted.storage);
  return {
    vm,
    path,
    storage,
    free: known === undefined || storage === undefined ? undefined : await cluster.readFreeBytes(storage.id),
    // PVE imports whatever it is given: a text file, half an image, one that reaches for other files.
    image: known === undefined ? undefined : { ...(await checkedOnce(known)), identity: known.identity },
    digest: known?.record?.content,
    checkMode: circumstances.checkMode,
  };
}

const checks = new Map<string, Promise<ImageInfo>>();

/** qemu-img reads all tables of an image: a file that did not change since is not looked into again. */
function checkedOnce({ path, identity }: CheckedFile): Promise<ImageInfo> {
  const key = JSON.stringify([path, identity]);
  const check = checks.get(key) ?? checkImage(path);
  checks.set(key, check);
  return check;
}
