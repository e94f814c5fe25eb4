import type { SnippetPlace } from '../text/cloud-init-volumes.ts';

/** A snippet on a storage, by its volume. */
export const place = (volume: string): SnippetPlace => ({
  volume,
  path: volume.replace(/^(\w+):/, (_, id: string) => (id === 'local' ? '/var/lib/vz/' : `/mnt/${id}/`)),
});
