import { SNIPPET_KINDS, snippetFor } from '../pve/snippets.ts';
import type { Storage } from '../pve/storage-config.ts';
import { readText } from './node-files.ts';

/** Contents of our snippets of a VM that exist, by path. */
export async function readSnippets(
  vmid: number,
  storage: Storage | undefined,
): Promise<ReadonlyMap<string, string>> {
  if (storage === undefined) return new Map();
  const paths = SNIPPET_KINDS.map(kind => snippetFor(vmid, kind, storage, '').path);
  const texts = await Promise.all(paths.map(async path => [path, await readText(path)] as const));
  return new Map(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
}
