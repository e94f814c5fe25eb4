import {
  customParts,
  ownSnippetPaths,
  SNIPPET_KINDS,
  snippetPath,
  type SnippetKind,
} from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { readText } from '../../system/files.ts';
import { readOwn } from '../../system/own-file.ts';

/** Contents of our snippets of a VM that exist, by path. */
export async function readSnippets(
  vmid: number,
  storage: Storage | undefined,
): Promise<ReadonlyMap<string, string>> {
  return storage === undefined ? new Map() : readTexts(ownSnippetPaths(vmid, storage), readOwn);
}

/** Our snippets of a VM on any storage that holds snippets; for whoever removes the VM. */
export async function findSnippets(vmid: number, storages: readonly Storage[]): Promise<readonly string[]> {
  const places = storages.filter(({ path, content }) => path !== undefined && content.includes('snippets'));
  return [...(await readTexts(places.flatMap(storage => ownSnippetPaths(vmid, storage)))).keys()];
}

/** Contents of the snippets that a configuration names, ours or the user's; those that can be read. */
export async function readCustomParts(
  config: ReadonlyMap<string, string>,
  storages: readonly Storage[],
): Promise<ReadonlyMap<SnippetKind, string>> {
  const volumes = customParts(config);
  const parts = SNIPPET_KINDS.flatMap(kind => {
    const path = snippetPath(volumes.get(kind) ?? '', storages);
    return path === undefined ? [] : [{ kind, path }];
  });
  const texts = await readTexts(parts.map(({ path }) => path));
  return new Map(
    parts.flatMap(({ kind, path }) => {
      const text = texts.get(path);
      return text === undefined ? [] : [[kind, text] as const];
    }),
  );
}

async function readTexts(
  paths: readonly string[],
  read: (path: string) => Promise<string | undefined> = readText,
): Promise<ReadonlyMap<string, string>> {
  const texts = await Promise.all(paths.map(async path => [path, await read(path)] as const));
  return new Map(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
}
