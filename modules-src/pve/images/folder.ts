import { optionName } from '../../sdk/option-name.ts';
import { UserError } from '../../sdk/error.ts';
import type { Pattern } from '../../sdk/option.ts';
import { STORAGE_ID } from '../text/patterns.ts';
import { contentPath } from '../text/storage-content.ts';
import type { Storage } from '../text/storage-config.ts';

/** Where images are kept: a directory, or the name of a storage. */
export const IMAGE_FOLDER: Pattern = {
  regex: `^/[^\\n,]*$|${STORAGE_ID.regex}`,
  says: 'an absolute path without commas, or the name of a storage',
};

export interface ImageFolder {
  readonly path: string;
  /** PVE takes files there as images to import: by their endings, so that each image must have one of these. */
  readonly isImport: boolean;
}

/** What a storage may hold that images can be among, the best first. */
const KINDS = ['import', 'iso'] as const;
type Kind = (typeof KINDS)[number];

export const imageContent = ({ content }: Storage): Kind | undefined =>
  KINDS.find(kind => content.includes(kind));

export const isStorageName = (place: string): boolean => !place.startsWith('/');

/** The directory of images that a path or a storage's name stands for. */
export function imageFolder(place: string, storages: readonly Storage[]): ImageFolder {
  if (!isStorageName(place)) return { path: place, isImport: false };
  const folder = folderOf(storages.find(storage => storage.id === place));
  if (folder !== undefined) return folder;
  const others = storages.filter(storage => folderOf(storage) !== undefined).map(({ id }) => id);
  throw new UserError(
    `cannot keep images on the storage "${place}": it must be a storage of files that holds "import" or "iso"; set ${optionName('cloud_image_cache_dir')} to ${others.length > 0 ? `one of ${others.join(', ')}` : 'a directory'}`,
  );
}

function folderOf(storage: Storage | undefined): ImageFolder | undefined {
  const kind = storage === undefined ? undefined : imageContent(storage);
  const path = storage === undefined || kind === undefined ? undefined : contentPath(storage, kind);
  return path === undefined ? undefined : { path, isImport: kind === 'import' };
}

const IMPORTED = /\.(?:qcow2|raw|vmdk)$/;

/**
 * The name under which PVE takes an image from a storage for import: `.img` is refused there, and what distributions call
 * so is qcow2 (pve-storage 9.1; Ubuntu, Debian and CirrOS).
 */
export const importName = (name: string): string =>
  IMPORTED.test(name) ? name : `${name.replace(/\.(?:img|disk)$/, '')}.qcow2`;
