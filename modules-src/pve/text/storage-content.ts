import { join } from 'node:path';
import type { Storage } from './storage-config.ts';

/** What a storage is needed for, in the words of its content list and of people. */
export const CONTENT_NAMES = {
  images: 'disk images',
  snippets: 'snippets',
  import: 'images to import',
  iso: 'ISO images',
} as const;

export type Content = keyof typeof CONTENT_NAMES;

/** Why a storage cannot be used for a content; completes "the storage …". */
export const contentFault = ({ content: held }: Storage, content: Content): string | undefined =>
  held.includes(content) ? undefined : `does not hold ${CONTENT_NAMES[content]}; it holds ${held.join(', ')}`;

/** `pvesm set` replaces the list, so that the content that is there must be said again. */
export const allowContent = ({ id, content: held }: Storage, content: Content): string =>
  `allow them with \`pvesm set ${id} --content ${[...held, content].join(',')}\``;

/** Directories of a file storage below its path (pve-storage 8.3 and 9.1, get_subdir). */
const DIRECTORIES = {
  images: 'images',
  import: 'import',
  iso: 'template/iso',
  snippets: 'snippets',
} as const;

/** Where a file storage keeps a kind of content; `content-dirs` may name another directory. Undefined: it has no files. */
export function contentPath({ path, properties }: Storage, content: Content): string | undefined {
  if (path === undefined) return undefined;
  const named = new Map(
    (properties.get('content-dirs') ?? '').split(',').map(pair => {
      const [name = '', folder = ''] = pair.split('=', 2);
      return [name.trim(), folder.trim()];
    }),
  );
  return join(path, named.get(content) ?? DIRECTORIES[content]);
}
