import { imageContent, isStorageName } from '../../../pve/images/folder.ts';
import type { Storage } from '../../../pve/text/storage-config.ts';
import { cloudInitDriveKey } from '../../../pve/text/vm-config.ts';
import { parseSize } from '../../../pve/text/size.ts';
import { parseVolumeId } from '../../../pve/text/volume-id.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { isHidden, whereShown } from '../api/hidden.ts';
import { onNode, problem, type Subject, variableOf } from '../check.ts';
import type { Wanted } from '../params.ts';
import {
  furtherDisks,
  imageCachePath,
  imageDisk,
  imageDiskEntry,
  imageDiskStorage,
  ownValues,
  wantedClones,
  wantsCloudInit,
  wantsImage,
} from '../wishes.ts';
import type { Node } from '../world.ts';
import { shownSpace } from '../../../pve/images/disk-space.ts';
import { storageProblems, type StorageWish } from './storage-state.ts';

/** Every storage that something is still to be put on. */
export const checkStorages = whereShown((wanted, world) => {
  const { node, machine } = world;
  if (node === undefined) return [];
  return storageWishes(wanted, ownValues(wanted, node), node.storages).flatMap(wish =>
    storageProblems(wish, node, machine.name, isHidden(world, wish.id)),
  );
});

const image = (subject: Subject, id: string | undefined): StorageWish[] =>
  id === undefined ? [] : [{ subject, id, content: 'images' }];

/** What the VM has already needs no storage any more: it may have been moved. */
function storageWishes(
  wanted: Wanted,
  found: ReadonlyMap<string, string>,
  storages: Node['storages'],
): StorageWish[] {
  const { disk_storage: fallback, vm_efi_storage: efi, vm_tpm_storage: tpm } = wanted;
  const lacksEfi = wanted.vm_uefi === true && !found.has('efidisk0');
  const lacksTpm = wanted.vm_tpm === true && !found.has('tpmstate0');
  const lacksImage = wantsImage(wanted) && !found.has(imageDisk(wanted));
  const { storage: own } = imageDiskEntry(wanted);
  const usesFallback =
    (lacksImage && own === undefined) ||
    (wantsCloudInit(wanted) && !lacksImage && cloudInitDriveKey(found) === undefined) ||
    (lacksEfi && efi === undefined) ||
    (lacksTpm && tpm === undefined);
  return [
    ...image('disk_storage', usesFallback ? fallback : undefined),
    ...image('vm_efi_storage', lacksEfi ? efi : undefined),
    ...image('vm_tpm_storage', lacksTpm ? tpm : undefined),
    ...image(`vm_disks.${imageDisk(wanted)}`, lacksImage ? own : undefined),
    ...diskWishes(wanted, found),
    ...dataDiskWishes(wanted, found),
    ...cacheWish(wanted, storages),
    ...wantedClones(wanted).flatMap((clone, index) =>
      image(`vm_clones[${index}].storage`, clone.full ? clone.storage : undefined),
    ),
  ];
}

/** A cache that is a storage: it keeps images where PVE finds them to import, or among its ISO images. */
function cacheWish(wanted: Wanted, storages: Node['storages']): StorageWish[] {
  const { cloud_image_cache_dir: place } = wanted;
  if (!wantsImage(wanted) || place === undefined || !isStorageName(place)) return [];
  const storage = storages.find(({ id }) => id === place);
  const content = (storage === undefined ? undefined : imageContent(storage)) ?? 'import';
  return [{ subject: 'cloud_image_cache_dir', id: place, content }];
}

const dataDiskWishes = (
  { vm_data_disks: disks = {}, disk_storage: fallback }: Wanted,
  found: ReadonlyMap<string, string>,
): StorageWish[] =>
  Object.entries(disks)
    .filter(([slot]) => !found.has(slot))
    .flatMap(([slot, { storage }]) => image(`vm_data_disks.${slot}`, storage ?? fallback));

function diskWishes(wanted: Wanted, found: ReadonlyMap<string, string>): StorageWish[] {
  return furtherDisks(wanted)
    .filter(([slot]) => !found.has(slot))
    .flatMap(([slot, drive]) => {
      const volume = parseVolumeId(drive.split(',', 1)[0] ?? '');
      const isCdrom = /(?:^|,)media=cdrom/.test(drive);
      return image(`vm_disks.${slot}`, isCdrom ? undefined : volume?.storage);
    });
}

const diskStorage = (wanted: Wanted, { storages }: Node): Storage | undefined =>
  storages.find(storage => storage.id === imageDiskStorage(wanted));

/** Block storages without snapshots: `qm template` has nothing to make a base image of (pve-storage 8.3 and 9.1). */
const WITHOUT_TEMPLATES = ['lvm', 'iscsi', 'iscsidirect'];

export const checkTemplateStorage = onNode((wanted, node) => {
  const storage = diskStorage(wanted, node);
  const isWanted = wanted.vm_make_template === true && wantsImage(wanted);
  if (!isWanted || storage === undefined || !WITHOUT_TEMPLATES.includes(storage.type)) return [];
  return [
    problem(
      'PVE-STO-011',
      'disk_storage',
      `the storage "${storage.id}" (${storage.type}) cannot hold templates`,
      'choose one of type lvmthin, zfspool, rbd or dir',
    ),
  ];
});

/** Few cloud images are smaller, and none is when it is unpacked. */
const USUAL_IMAGE_BYTES = 512 * 1024 ** 2;

/** What the kernel shows there is no disk, and the cluster's file system takes no file over 1 MiB. */
const KERNEL_PLACES = /^\/(?:proc|sys|dev|etc\/pve)(?:\/|$)/;

export const checkCache = onNode((wanted, node) => {
  const path = imageCachePath(wanted, node.storages);
  const place = path === undefined ? undefined : node.places.get(path);
  if (!wantsImage(wanted) || path === undefined || place === undefined) return [];
  if (KERNEL_PLACES.test(path)) return [unusableCache(`${path} keeps no files of this size`)];
  if (place.kind === 'other' || !place.isWritable) {
    const why = place.kind === 'other' ? 'is no directory' : 'cannot be written into';
    return [unusableCache(`${path} ${why}`)];
  }
  if (place.exposure !== undefined) {
    const message = `cannot be trusted: ${place.exposure.why}, so that images in it could be exchanged`;
    return [problem('PVE-STO-014', 'cloud_image_cache_dir', message, place.exposure.wayOut)];
  }
  const reserve = parseSize(wanted.cloud_image_reserve ?? '') ?? 0;
  if (node.image !== undefined || place.freeBytes >= USUAL_IMAGE_BYTES + reserve) return [];
  return [
    problem(
      'PVE-STO-010',
      'cloud_image_cache_dir',
      `${path} has ${shownSpace(place.freeBytes)} free, and the image is still to be fetched`,
      'free some space, or choose another directory',
    ),
  ];
});

const unusableCache = (message: string): Problem =>
  problem(
    'PVE-STO-009',
    'cloud_image_cache_dir',
    message,
    `set ${variableOf('cloud_image_cache_dir')}: /var/lib/vz/template/iso, or to another directory`,
  );
