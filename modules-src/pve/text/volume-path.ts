import { contentPath } from './storage-content.ts';
import type { Storage } from './storage-config.ts';
import type { VolumeId } from './volume-id.ts';

/**
 * Where a volume lies on the node, file or block device (pve-storage 8.3 and 9.1); undefined for storages
 * whose volumes are no files, such as rbd.
 */
export function volumePath(storage: Storage, { name }: VolumeId): string | undefined {
  const { type, properties } = storage;
  const image = /^iso\/(.+)$/.exec(name)?.[1];
  const images = contentPath(storage, 'iso');
  if (image !== undefined) return images && `${images}/${image}`;
  const folder = contentPath(storage, 'images');
  if (folder !== undefined) return `${folder}/${name}`;
  const group = properties.get('vgname');
  if ((type === 'lvm' || type === 'lvmthin') && group !== undefined) return `/dev/${group}/${name}`;
  const pool = properties.get('pool');
  return type === 'zfspool' && pool !== undefined ? `/dev/zvol/${pool}/${name}` : undefined;
}
