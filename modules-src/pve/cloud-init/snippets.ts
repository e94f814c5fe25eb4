import type { Step } from '../../sdk/step.ts';
import { renderProperties } from '../text/property-string.ts';
import {
  customParts,
  isOurSnippet,
  SNIPPET_KINDS,
  snippetName,
  type SnippetKind,
  type SnippetOwner,
  type SnippetPlace,
} from '../text/cloud-init-volumes.ts';
import { contentPath } from '../text/storage-content.ts';
import { isUsable, type Storage } from '../text/storage-config.ts';

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
    path: `${contentPath(storage, 'snippets') ?? ''}/${name}`,
    volume: `${storage.id}:snippets/${name}`,
  };
}

/** The same for every kind: where our snippets of a VM are, or would be. */
export const ownSnippetPlaces = (owner: SnippetOwner, storage: Storage): readonly SnippetPlace[] =>
  SNIPPET_KINDS.map(kind => snippetFor(owner, kind, storage, ''));

/** Where the snippet of a volume lies; undefined where its storage has no files. */
export function snippetPath(volume: string, storages: readonly Storage[]): string | undefined {
  const [id = '', name = ''] = volume.split(':');
  const storage = storages.find(one => one.id === id);
  const folder = storage === undefined ? undefined : contentPath(storage, 'snippets');
  return folder === undefined ? undefined : `${folder}/${name.replace(/^snippets\//, '')}`;
}

/** What `cicustom` must say: our snippets, and those of the user's own for the other kinds. Undefined: nothing. */
export function customText(
  config: ReadonlyMap<string, string>,
  snippets: readonly Pick<Snippet, 'kind' | 'volume'>[],
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
