import { neededBytes, shownSpace } from '../../../pve/images/disk-space.ts';
import { parseSize } from '../../../pve/text/size.ts';
import type { Storage } from '../../../pve/text/storage-config.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { onNode, problem, variableOf } from '../check.ts';
import type { Wanted } from '../params.ts';
import { imageDisk, imageDiskSize, imageDiskStorage, ownValues, wantsImage } from '../wishes.ts';
import type { Node } from '../world.ts';

/** Whether the disk fits, where the image is in the cache and so its size is known. */
export const checkSpace = onNode((wanted, node) => {
  const storage = node.storages.find(({ id }) => id === imageDiskStorage(wanted));
  const isImported = ownValues(wanted, node).has(imageDisk(wanted));
  if (node.image === undefined || storage === undefined || isImported || !wantsImage(wanted)) return [];
  const free = freeBytes(storage, node);
  return free === undefined ? [] : lackOf(storage, free, wanted, node.image);
});

/** On the node a directory tells by itself; of other storages it is known what the node last told its cluster. */
const freeBytes = ({ id, path }: Storage, { places, storageFree }: Node): number | undefined =>
  storageFree.get(id) ?? places.get(path ?? '')?.freeBytes;

function lackOf(
  storage: Storage,
  free: number,
  wanted: Wanted,
  image: NonNullable<Node['image']>,
): Problem[] {
  const { id } = storage;
  const size = diskSize(wanted, image.virtualSize);
  const needed = neededBytes(storage, image, size);
  const fix = `free some space on ${id}, or set ${variableOf('disk_storage')} to another storage`;
  if (free < needed) {
    const message = `the disk needs ${shownSpace(needed)}, and the storage "${id}" has ${shownSpace(free)} free`;
    return [problem('PVE-STO-008', 'disk_storage', message, fix)];
  }
  if (free >= size) return [];
  const message = `the disk may grow to ${shownSpace(size)}, and the storage "${id}" has ${shownSpace(free)} free`;
  return [problem('PVE-STO-012', 'disk_storage', message, fix)];
}

/** Bytes that the guest will see. */
function diskSize(wanted: Wanted, virtualSize: number): number {
  const wished = imageDiskSize(wanted);
  if (wished !== undefined) return Math.max(wished, virtualSize);
  return virtualSize + (parseSize(wanted.vm_import_disk_size_increase ?? '') ?? 0);
}
