import type { FoundVm } from '../../pve/own-vm.ts';
import {
  customParts,
  isOurSnippet,
  SNIPPET_KINDS,
  snippetStorage,
  type SnippetKind,
} from '../../pve/snippets.ts';
import type { Storage } from '../../pve/storage-config.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { readText } from '../../runtime/node-files.ts';
import { readSnippets } from '../../runtime/snippet-files.ts';
import { readStorages } from '../../runtime/vm-files.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { Observed, Wanted } from './plan.ts';

export async function observeClones(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const template = await findVm(wanted, circumstances);
  const storages = await readStorages();
  const storage = snippetStorage(storages, template.localNode, wanted.snippets_storage);
  const clones = await Promise.all(
    wanted.clones.map(async ({ vmid, name }) => {
      // A clone that is missing is what this module makes: check mode assumes nothing here.
      const vm = await findVm({ vmid, name }, { checkMode: false, problems: [] });
      return [vmid, { vm, snippetTexts: await readSnippets(vmid, storage) }] as const;
    }),
  );
  return {
    template,
    templateSnippets: await templateTexts(template, storages),
    snippetStorage: storage,
    clones: new Map(clones),
    checkMode: circumstances.checkMode,
  };
}

/** Our snippets that the template uses: every clone gets copies, because `qm clone` copies only the reference. */
async function templateTexts(
  { record }: FoundVm,
  storages: readonly Storage[],
): Promise<ReadonlyMap<SnippetKind, string>> {
  const parts = record === undefined ? new Map<string, string>() : customParts(record.config);
  const texts = await Promise.all(
    SNIPPET_KINDS.map(async kind => [kind, await snippetText(parts.get(kind), storages)] as const),
  );
  return new Map(texts.flatMap(([kind, text]) => (text === undefined ? [] : [[kind, text] as const])));
}

async function snippetText(
  volume: string | undefined,
  storages: readonly Storage[],
): Promise<string | undefined> {
  if (volume === undefined || !isOurSnippet(volume)) return undefined;
  const [id, name = ''] = volume.split(':');
  const path = storages.find(storage => storage.id === id)?.path;
  return path === undefined ? undefined : readText(`${path}/${name}`);
}
