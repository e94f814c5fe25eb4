import type { Step } from '../../sdk/step.ts';
import { parseProperties, renderProperties } from '../text/property-string.ts';
import { isUsable, type Storage } from '../text/storage-config.ts';

/** The parts of a cloud-init configuration that a snippet can replace or add (`cicustom`, PVE 8.4 and 9.2). */
export const SNIPPET_KINDS = ['user', 'vendor', 'network', 'meta'] as const;

export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** A snippet of ours: where it lies on the node, and what `cicustom` calls it. */
export interface SnippetPlace {
  readonly path: string;
  readonly volume: string;
}

export interface Snippet extends SnippetPlace {
  readonly kind: SnippetKind;
  readonly content: string;
}

/** Where snippets go; the first storage of the node that holds them when none is named. */
export function snippetStorage(
  storages: readonly Storage[],
  node: string,
  wanted: string | undefined,
): Storage | undefined {
  return storages.find(
    storage =>
      (wanted === undefined || storage.id === wanted) &&
      storage.path !== undefined &&
      storage.content.includes('snippets') &&
      isUsable(storage, node),
  );
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

/** A snippet of that VM on a file storage. */
export function snippetFor(
  owner: SnippetOwner,
  kind: SnippetKind,
  storage: Storage,
  content: string,
): Snippet {
  const name = snippetName(owner, kind);
  return {
    kind,
    content,
    path: `${storage.path ?? ''}/snippets/${name}`,
    volume: `${storage.id}:snippets/${name}`,
  };
}

/** The same for every kind: where our snippets of a VM are, or would be. */
export const ownSnippetPlaces = (owner: SnippetOwner, storage: Storage): readonly SnippetPlace[] =>
  SNIPPET_KINDS.map(kind => snippetFor(owner, kind, storage, ''));

/** Where the snippet of a volume lies; undefined where its storage has no files. */
export function snippetPath(volume: string, storages: readonly Storage[]): string | undefined {
  const [id = '', name = ''] = volume.split(':');
  const folder = storages.find(storage => storage.id === id)?.path;
  return folder === undefined ? undefined : `${folder}/${name}`;
}

/** Whether a volume is a snippet of ours, whichever VM it was written for. */
export const isOurSnippet = (volume: string): boolean =>
  /:snippets\/proxmox-role-\d+-(?:[0-9a-f]{8}-)?(?:user|vendor|network|meta)\.yaml$/.test(volume);

/** The snippets that a VM's `cicustom` names, by kind. */
export function customParts(config: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return parseProperties(config.get('cicustom') ?? '', 'user');
}

/** What `cicustom` must say: our snippets, and those of the user's own for the other kinds. Undefined: nothing. */
export function customText(
  config: ReadonlyMap<string, string>,
  snippets: readonly Snippet[],
): string | undefined {
  const kept = [...customParts(config)].filter(([, volume]) => !isOurSnippet(volume));
  const parts = new Map([
    ...kept,
    ...snippets.map((snippet): [string, string] => [snippet.kind, snippet.volume]),
  ]);
  const ordered = SNIPPET_KINDS.flatMap((kind): [string, string][] => {
    const volume = parts.get(kind);
    return volume === undefined ? [] : [[kind, volume]];
  });
  return ordered.length === 0 ? undefined : renderProperties(new Map(ordered), '');
}

/** One step per snippet of ours that nothing names any more. */
export const removeSnippetSteps = (places: readonly SnippetPlace[]): Step[] =>
  places.map(({ path, volume }) => ({
    summary: `remove the snippet ${path}`,
    action: { kind: 'remove-snippet', volume },
    changes: [{ key: path, before: '(written)', after: undefined }],
  }));

/** One step per snippet whose content differs; `found` has the contents that exist, by volume. */
export function snippetSteps(snippets: readonly Snippet[], found: ReadonlyMap<string, string>): Step[] {
  return snippets
    .filter(({ volume, content }) => found.get(volume) !== content)
    .map(({ path, volume, content, kind }) => ({
      summary: `write the ${kind} snippet ${path}`,
      action: { kind: 'put-snippet', volume, content },
      changes: [{ key: path, before: found.has(volume) ? '(other content)' : undefined, after: '(written)' }],
    }));
}
