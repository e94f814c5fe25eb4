import type { Identity } from '../../pve/own-vm.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { checkImage } from '../../runtime/image-check.ts';
import { findImagePath } from '../../runtime/image-place.ts';
import { readImageRecord } from '../../runtime/image-record.ts';
import { exists } from '../../runtime/node-files.ts';
import { readStorages } from '../../runtime/vm-files.ts';
import type { Observed } from './plan.ts';

interface Wanted extends Identity {
  readonly image: string;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
  readonly storage: string;
  readonly disk: string;
}

/** The VM, the storage, and, only while the disk is missing, the image. */
export async function observeImport(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const vm = await findVm(wanted, circumstances);
  const path = wanted.image.startsWith('/')
    ? wanted.image
    : await findImagePath(wanted.cache_dir, wanted.image, wanted.checksum);
  const attached = vm.record?.config.has(wanted.disk) === true;
  return {
    vm,
    path,
    storage: (await readStorages()).find(storage => storage.id === wanted.storage),
    // PVE imports whatever it is given: a text file, half an image, one that reaches for other files.
    image: attached || !(await exists(path)) ? undefined : await checkImage(path),
    digest: attached ? undefined : (await readImageRecord(path))?.content,
    checkMode: circumstances.checkMode,
  };
}
