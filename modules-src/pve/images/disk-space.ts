import { formatSize } from '../text/size.ts';
import type { Storage } from '../text/storage-config.ts';

/** Block storages that give a volume all its space when they make it (pve-storage 8.3 and 9.1). */
const THICK = ['lvm', 'iscsi', 'iscsidirect'];

/** Bytes that a disk takes at once: of `size`, what it shall have, or only of what its image holds. */
export const neededBytes = ({ type }: Storage, image: { readonly bytes: number }, size: number): number =>
  THICK.includes(type) ? size : image.bytes;

/** Bytes as messages show them, in whole MiB. */
export const shownSpace = (bytes: number): string =>
  formatSize(Math.floor(Math.max(0, bytes) / 1024 ** 2) * 1024 ** 2);
