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
