import { join } from 'node:path';
import type { Storage } from './storage-config.ts';

/** Directories of a file storage below its path (pve-storage 8.3 and 9.1, get_subdir). */
const DIRECTORIES = {
  images: 'images',
  import: 'import',
  iso: 'template/iso',
  snippets: 'snippets',
} as const;

type Content = keyof typeof DIRECTORIES;

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
