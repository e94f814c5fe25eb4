import { findSnippets } from '../../pve/cloud-init/find-snippets.ts';
import { snippetPath } from '../../pve/cloud-init/snippets.ts';
import { contentPath } from '../../pve/text/storage-content.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import type { SnippetOwner } from '../../pve/text/cloud-init-volumes.ts';
import type { SnippetList } from '../../sdk/readings.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { listDirectory, readText, removeFile, writeAtomically } from '../../system/files.ts';
import { readOwn } from '../../system/own-file.ts';
import { localNode } from '../facts/local-node.ts';
import { readStorages } from '../facts/storages.ts';

type Texts = ReadonlyMap<string, string>;

export const writesSnippets = (): Promise<boolean> => Promise.resolve(true);

export const readSnippets = async (volumes: readonly string[]): Promise<Texts> =>
  snippetTexts(volumes, await storagesFor(volumes), readText);

export const readOwnSnippets = async (volumes: readonly string[]): Promise<Texts> =>
  snippetTexts(volumes, await storagesFor(volumes), readOwn);

/** A storage that holds no snippets by its configuration is not looked at. */
export async function listSnippets(asked: readonly string[]): Promise<SnippetList> {
  const storages = (await storagesFor(asked)).filter(
    ({ id, content }) => asked.includes(id) && content.includes('snippets'),
  );
  return { volumes: (await Promise.all(storages.map(snippetsOn))).flat(), hidden: [] };
}

async function snippetsOn(storage: Storage): Promise<readonly string[]> {
  const folder = contentPath(storage, 'snippets');
  const names = folder === undefined ? [] : await listDirectory(folder);
  return names.map(name => `${storage.id}:snippets/${name}`);
}

/** Volumes of our snippets of a VM that are there. */
export async function snippetsOf(owner: SnippetOwner): Promise<readonly string[]> {
  const storages = parseStorageConfig(await readStorages());
  const part = { node: localNode(), listSnippets };
  const { places } = await findSnippets(owner, new Map(), storages, part);
  return places.map(({ volume }) => volume);
}

export const putSnippet = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'put-snippet' ? put(action.volume, action.content) : undefined;

export const removeSnippet = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'remove-snippet' ? remove(action.volume) : undefined;

const storagesFor = async (volumes: readonly string[]): Promise<readonly Storage[]> =>
  volumes.length === 0 ? [] : parseStorageConfig(await readStorages());

const put = async (volume: string, content: string): Promise<void> =>
  writeSnippet(requirePath(volume, await storagesFor([volume])), content);

const remove = async (volume: string): Promise<void> =>
  removeFile(requirePath(volume, await storagesFor([volume])));

function requirePath(volume: string, storages: readonly Storage[]): string {
  const path = snippetPath(volume, storages);
  if (path === undefined) throw new StepError(`no storage of this node has files of ${volume}`, false);
  return path;
}

/** Read by PVE as root, and it may hold a password's hash. */
export const writeSnippet = (path: string, content: string): Promise<void> =>
  writeAtomically(path, content, 0o640, 'www-data');

/** The contents by volume, of those that can be read. */
export async function snippetTexts(
  volumes: readonly string[],
  storages: readonly Storage[],
  read: (path: string) => Promise<string | undefined>,
): Promise<Texts> {
  const texts = await Promise.all(
    volumes.map(async volume => {
      const path = snippetPath(volume, storages);
      return [volume, path === undefined ? undefined : await read(path)] as const;
    }),
  );
  return new Map(texts.flatMap(([volume, text]) => (text === undefined ? [] : [[volume, text] as const])));
}
