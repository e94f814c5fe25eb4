import { parseProperties } from './property-string.ts';

/** The parts of a cloud-init configuration that a snippet can replace or add (`cicustom`, PVE 8.4 and 9.2). */
export const SNIPPET_KINDS = ['user', 'vendor', 'network', 'meta'] as const;

export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** A snippet of ours: where it lies on the node, and what `cicustom` calls it. */
export interface SnippetPlace {
  readonly path: string;
  readonly volume: string;
}

/**
 * Whose snippets they are. The number alone does not say it: two clusters may share a storage, and a number is used again.
 * The id is that of the VM's marker.
 */
export interface SnippetOwner {
  readonly vmid: number;
  readonly id: string;
}

export const snippetName = ({ vmid, id }: SnippetOwner, kind: SnippetKind): string =>
  `proxmox-role-${vmid}-${id.slice(0, 8)}-${kind}.yaml`;

/** Whether a volume is a snippet of ours, whichever VM it was written for. */
export const isOurSnippet = (volume: string): boolean =>
  /:snippets\/proxmox-role-\d+-(?:[0-9a-f]{8}-)?(?:user|vendor|network|meta)\.yaml$/.test(volume);

/** The snippets that a VM's `cicustom` names, by kind. */
export function customParts(config: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return parseProperties(config.get('cicustom') ?? '', 'user');
}
