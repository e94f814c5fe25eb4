import type { FoundSnippets } from './find-snippets.ts';
import type { SnippetPlace } from '../text/cloud-init-volumes.ts';

/** A snippet on a storage, by its volume. */
const place = (volume: string): SnippetPlace => ({
  volume,
  path: volume.replace(/^(\w+):/, (_, id: string) => (id === 'local' ? '/var/lib/vz/' : `/mnt/${id}/`)),
});

/** What a look finds of a VM's snippets. */
export const foundSnippets = (
  volumes: Iterable<string> = [],
  hidden: readonly string[] = [],
): FoundSnippets => ({ places: [...volumes].map(place), hidden });
