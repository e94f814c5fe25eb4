import { imagePath, metadataPath, parseImageRecord } from '../../pve/image-file.ts';
import type { Identity } from '../../pve/own-vm.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { readImageInfo } from '../../runtime/image-info.ts';
import { readText } from '../../runtime/node-files.ts';
import { readStorages } from '../../runtime/vm-files.ts';
import type { Observed } from './plan.ts';

interface Wanted extends Identity {
  readonly image: string;
  readonly cache_dir: string;
  readonly storage: string;
  readonly disk: string;
}

/** The VM, the storage, and, only while the disk is missing, the image. */
export async function observeImport(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const vm = await findVm(wanted, circumstances);
  const path = wanted.image.startsWith('/') ? wanted.image : imagePath(wanted.cache_dir, wanted.image);
  const attached = vm.record?.config.has(wanted.disk) === true;
  return {
    vm,
    path,
    storage: (await readStorages()).find(storage => storage.id === wanted.storage),
    image: attached ? undefined : await readImageInfo(path),
    digest: attached ? undefined : await recordedDigest(path),
    checkMode: circumstances.checkMode,
  };
}

/** The digest that was noted when the image was verified. */
async function recordedDigest(path: string): Promise<string | undefined> {
  const text = await readText(metadataPath(path));
  return text === undefined ? undefined : parseImageRecord(text)?.content;
}
