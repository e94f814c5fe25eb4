import type { VmRecord } from '../../pve/vms/guest.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import {
  customParts,
  isOurSnippet,
  SNIPPET_KINDS,
  snippetStorage,
  type SnippetKind,
} from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { isTemplate } from '../../pve/text/vm-config.ts';
import { claimNumber, readVms } from '../../node/vms/claim-number.ts';
import { findVm } from '../../node/vms/find.ts';
import { readText } from '../../system/files.ts';
import { readSnippets } from '../../node/vms/snippet-files.ts';
import { readStorages } from '../../node/vms/files.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import type { Clone, CloneWish, FoundClone, Numberless, Observed, Wanted as Plan } from './plan.ts';

interface Wanted extends Plan {
  readonly clone_vmid_range?: string | undefined;
}

export async function observeClones(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const template = await findVm(wanted, circumstances);
  const storages = await readStorages();
  const storage = snippetStorage(storages, template.localNode, wanted.snippets_storage);
  return {
    template,
    replicas: await readReplicas(wanted),
    templateSnippets: await templateTexts(template, storages),
    snippetStorage: storage,
    storages,
    clones: await findClones(wanted, storage),
    checkMode: circumstances.checkMode,
  };
}

/** One after the other, because each number that is chosen is taken for the next. */
async function findClones(
  wanted: Wanted,
  storage: Storage | undefined,
): Promise<(FoundClone | Numberless)[]> {
  const found: (FoundClone | Numberless)[] = [];
  for (const clone of wanted.clones) {
    const numbered = await numberOf(clone, wanted.clone_vmid_range);
    found.push('reason' in numbered ? numbered : await findClone(numbered, storage));
  }
  return found;
}

async function findClone(clone: Clone, storage: Storage | undefined): Promise<FoundClone> {
  // A clone that is missing is what this module makes: check mode assumes nothing here.
  const vm = await findVm(clone, { checkMode: false, problems: [] });
  return { clone, vm, snippetTexts: await readSnippets(clone.vmid, storage) };
}

/** A list without a number for some clone is that clone's trouble alone. */
async function numberOf(clone: CloneWish, range: string | undefined): Promise<Clone | Numberless> {
  const { vmid, name } = clone;
  if (vmid !== undefined) return { ...clone, vmid };
  if (range === undefined) {
    const reason = `cannot make clone ${name}: it has no vmid; give it one, or a range to all by proxmox_vm_clone_vmid_range`;
    return { clone, reason };
  }
  try {
    return { ...clone, vmid: await claimNumber(name, range) };
  } catch (error) {
    if (error instanceof UserError) return { clone, reason: error.message };
    throw error;
  }
}

/** Looked for only when a clone is to be on a node that it names. */
async function readReplicas({ clones, name, vmid }: Wanted): Promise<readonly VmRecord[]> {
  if (clones.every(({ node }) => node === undefined)) return [];
  return (await readVms()).filter(
    record =>
      record.vmid !== vmid &&
      record.config.get('name') === name &&
      isTemplate(record.config) &&
      readMarker(record.config.get('description'), record.vmid) !== undefined,
  );
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
