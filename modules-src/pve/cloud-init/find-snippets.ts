import type { Part } from '../../sdk/cluster.ts';
import { isUsable, type Storage } from '../text/storage-config.ts';
import {
  customParts,
  isDriveOf,
  isSnippetOf,
  SNIPPET_KINDS,
  type SnippetKind,
  type SnippetOwner,
  type SnippetPlace,
} from '../text/cloud-init-volumes.ts';
import { ownSnippetPlaces } from './snippets.ts';
import { storageOfVolume } from '../text/volume-id.ts';

/** Contents of our snippets of a VM on that storage, by volume. */
export const ownSnippetTexts = async (
  owner: SnippetOwner,
  storage: Storage | undefined,
  cluster: Part<'readOwnSnippets'>,
): Promise<ReadonlyMap<string, string>> =>
  storage === undefined
    ? new Map()
    : cluster.readOwnSnippets(ownSnippetPlaces(owner, storage).map(({ volume }) => volume));

/** Our snippets of a VM. */
export interface FoundSnippets {
  readonly places: readonly SnippetPlace[];
  /** Volumes that its configuration names, on storages that do not show their snippets to who asks. */
  readonly hidden: readonly string[];
}

/** Our snippets of a VM on any of the storages, and on those that its configuration names. */
export async function findSnippets(
  owner: SnippetOwner,
  config: ReadonlyMap<string, string>,
  storages: readonly Storage[],
  cluster: Part<'listSnippets'>,
): Promise<FoundSnippets> {
  const named = [...customParts(config).values()].filter(volume => isSnippetOf(owner, volume));
  const ids = storages.filter(({ path }) => path !== undefined).map(({ id }) => id);
  const asked = [...new Set([...ids, ...named.map(storageOfVolume)])];
  if (asked.length === 0) return { places: [], hidden: [] };
  const { volumes, hidden } = await cluster.listSnippets(asked);
  const places = storages.flatMap(storage => ownSnippetPlaces(owner, storage));
  return {
    places: places.filter(({ volume }) => volumes.includes(volume)),
    hidden: named.filter(volume => hidden.includes(storageOfVolume(volume))),
  };
}

/** Our drives of a VM on any storage of the node; for whoever removes the VM. */
export async function findDrives(
  owner: SnippetOwner,
  storages: readonly Storage[],
  cluster: Part<'listIsoImages'>,
): Promise<readonly string[]> {
  const places = storages.filter(
    storage =>
      storage.path !== undefined && storage.content.includes('iso') && isUsable(storage, cluster.node),
  );
  const images = await cluster.listIsoImages(places.map(({ id }) => id));
  return images.filter(volume => isDriveOf(owner, volume));
}

/** Contents of the snippets that `cicustom` names, by kind; those that can be read. */
export async function readCustomParts(
  parts: Iterable<readonly [kind: string, volume: string]>,
  cluster: Part<'readSnippets'>,
): Promise<ReadonlyMap<SnippetKind, string>> {
  const volumes = new Map(parts);
  const texts = await cluster.readSnippets([...volumes.values()]);
  return new Map(
    SNIPPET_KINDS.flatMap(kind => {
      const text = texts.get(volumes.get(kind) ?? '');
      return text === undefined ? [] : [[kind, text] as const];
    }),
  );
}
