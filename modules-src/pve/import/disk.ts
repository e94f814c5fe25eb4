import type { ImageSource } from '../../sdk/image.ts';
import { optionName } from '../../sdk/option-name.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Action, type Change, type QmProperties } from '../../sdk/step.ts';
import { neededBytes, shownSpace } from '../images/disk-space.ts';
import { driveText } from '../settings/disk-options.ts';
import { driveOptionsText } from '../settings/image-disk.ts';
import { allowContent, contentFault } from '../text/storage-content.ts';
import { formatSize } from '../text/size.ts';
import { isFileStorage, isUsable, type Storage } from '../text/storage-config.ts';
import type { VmConfig } from '../text/vm-config.ts';
import { isOfOurMaking, readMarker, type Marker } from '../vms/marker.ts';
import { entryOf, storageOf, targetSize, type ImportWish } from './wish.ts';

/** An image, and the storage that it is to go to. */
export interface FoundSource extends ImageSource {
  readonly storage: Storage | undefined;
  /** Bytes free on the storage; undefined where nothing tells. */
  readonly free: number | undefined;
  readonly checkMode: boolean;
}

/** A disk as it is to be made. */
export interface DiskToMake {
  /** The drive as `qm set` takes it, but for options that nobody has declared. */
  readonly text: string;
  readonly storage: string;
  /** Bytes that it grows to; undefined where only the image knows, and is still to be fetched. */
  readonly target: number | undefined;
}

/** The disk of an image; refuses what Proxmox VE could not make, and what nobody could want. */
export function diskToMake(
  wanted: ImportWish,
  found: FoundSource,
  localNode: string,
  config: VmConfig,
): DiskToMake {
  refuseEntry(wanted);
  const storage = usableStorage(wanted, found.storage, localNode);
  refuseComma(found.path);
  const { image } = found;
  if (image === undefined && !found.checkMode) {
    throw new UserError(
      `cannot import ${found.path}: there is no such file; fetch it first, for example with --tags image`,
    );
  }
  const target = targetSize(wanted, config, image?.virtualSize);
  if (image !== undefined) requireSpace(storage, found, image, target);
  const entry = entryOf(wanted);
  const format = entry.format ?? wanted.format;
  const properties = [
    `${storage.id}:0`,
    `import-from=${found.path}`,
    ...(isFileStorage(storage) && format !== undefined ? [`format=${format}`] : []),
    ...[driveOptionsText(driveText(wanted), entry)].filter(text => text !== ''),
  ];
  return { text: properties.join(','), storage: storage.id, target };
}

/** What is noted of a disk with its import. */
export function importMarker(
  { vmid, disk }: ImportWish,
  { path, digest, image }: ImageSource,
  target: number | undefined,
  config: VmConfig,
): Partial<Marker> {
  return {
    disks: {
      ...readMarker(config.get('description'), vmid)?.disks,
      [disk]: Math.max(target ?? 0, image?.virtualSize ?? 0),
    },
    ...(!isOfOurMaking(config, vmid) && { adopted: true as const }),
    image: path.split('/').at(-1) ?? path,
    ...(digest !== undefined && { digest }),
    ...(target !== undefined && { diskSize: target }),
  };
}

/** Sets options of a VM of which one imports the image, which must stay what it was when it was looked into. */
export function importAction(vmid: number, properties: QmProperties, { path, image }: ImageSource): Action {
  const set = qm('set', vmid, properties);
  return image === undefined
    ? set
    : { ...set, kind: 'import-image', image: { path, identity: image.identity } };
}

/** In check mode nobody has measured an image that is still to be fetched. */
export const sizeToCome = (
  { disk, size_increase: increase }: ImportWish,
  target: number | undefined,
): Change => ({
  key: `${disk} size`,
  before: undefined,
  after: target === undefined ? `that of the image ${increase ?? ''}`.trim() : formatSize(target),
});

/** Before anything is written: a storage that is full hurts every guest on it. */
function requireSpace(
  storage: Storage,
  { path, free }: FoundSource,
  { identity, virtualSize }: NonNullable<FoundSource['image']>,
  target: number | undefined,
): void {
  const size = Math.max(virtualSize, target ?? 0);
  const needed = neededBytes(storage, { bytes: identity.size }, size);
  if (free === undefined || free >= needed) return;
  throw new UserError(
    `cannot import ${path} into ${storage.id}: the disk needs ${shownSpace(needed)}, and the storage has ` +
      `${shownSpace(free)} free; free some space there, or choose another storage`,
  );
}

function refuseEntry(wanted: ImportWish): void {
  const { fault } = entryOf(wanted);
  if (fault === undefined) return;
  throw new UserError(
    `cannot import a disk into VM ${wanted.vmid} (${wanted.name}): ${wanted.disk} in ${optionName('disks')} ${fault}; ` +
      'write it like local-lvm:32,discard=on, or choose another slot',
  );
}

/** Nothing in a property string can be quoted. */
function refuseComma(path: string): void {
  if (!path.includes(',')) return;
  throw new UserError(
    `cannot import ${path}: its name has a comma, which Proxmox VE takes for the end of the name; rename the file`,
  );
}

function usableStorage(wanted: ImportWish, storage: Storage | undefined, localNode: string): Storage {
  const why = storageProblem(storage, localNode);
  if (storage !== undefined && why === undefined) return storage;
  throw new UserError(
    `cannot import a disk of VM ${wanted.vmid} into storage "${storageOf(wanted)}": ${why ?? ''}`,
  );
}

function storageProblem(storage: Storage | undefined, node: string): string | undefined {
  if (storage === undefined) return 'there is no such storage; `pvesm status` lists them';
  if (!isUsable(storage, node)) return `it is disabled or not for node ${node}; see \`pvesm status\``;
  const fault = contentFault(storage, 'images');
  return fault === undefined ? undefined : `it ${fault}; ${allowContent(storage, 'images')}`;
}
