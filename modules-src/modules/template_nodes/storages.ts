import { imageDiskWish, isFirstDefault } from '../../pve/settings/image-disk.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import type { Wanted } from './params.ts';

/** Storages that a VM of those settings has volumes on. */
export function usedStorages(wanted: Wanted): readonly string[] {
  const { disk_storage: storage, image_disk: slot, disks = {} } = wanted;
  const further = Object.entries(disks).filter(
    ([key, text]) => key !== slot && (slot === undefined || !isFirstDefault(key, text, storage)),
  );
  const ids = [
    // The disk of an image has its cloud-init drive beside it.
    ...(slot === undefined ? [] : [imageDiskWish(slot, disks, storage).storage ?? storage, storage]),
    ...further.map(([, text]) => driveVolume(text)?.storage),
    ...(wanted.uefi === true ? [wanted.efi_storage ?? storage] : []),
    ...(wanted.tpm === true ? [wanted.tpm_storage ?? storage] : []),
  ];
  return [...new Set(ids.filter(id => id !== undefined))];
}
