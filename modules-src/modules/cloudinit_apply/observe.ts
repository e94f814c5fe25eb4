import { readDriveParts } from '../../pve/cloud-init/drive.ts';
import { findSnippets, ownSnippetTexts, readCustomParts } from '../../pve/cloud-init/find-snippets.ts';
import { MATERIAL, readCloudInitMaterial } from '../../pve/cloud-init/material.ts';
import { customParts } from '../../pve/cloud-init/snippets.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { declaredValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { FIND_VM, findVm } from '../../pve/vms/find.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { Observed, Wanted } from './plan.ts';

export const APPLY_ASKS = [
  ...FIND_VM,
  ...MATERIAL,
  'readStorages',
  'readSnippets',
  'readOwnSnippets',
  'readCloudInitDrive',
  'readResolver',
] as const;

export async function observeCloudInit(
  wanted: Wanted,
  circumstances: Circumstances,
  cluster: Part<(typeof APPLY_ASKS)[number]>,
): Promise<Observed> {
  const vm = await findVm(wanted, circumstances, cluster);
  const storages = parseStorageConfig(await cluster.readStorages());
  const values = declaredValues(vm.record?.config ?? parseVmConfig(''));
  const material = await readCloudInitMaterial(wanted, storages, cluster, values.get('cipassword'));
  const { snippetStorage } = material;
  return {
    ...material,
    vm,
    snippetTexts: await ownSnippetTexts(wanted.vmid, snippetStorage, cluster),
    ownSnippets: await findSnippets(wanted.vmid, usedStorages(storages, snippetStorage, values), cluster),
    customTexts: await readCustomParts(customParts(values), cluster),
    drive: await readDriveParts(values, cluster),
    resolver: await cluster.readResolver(),
  };
}

/** Only what is used is looked at: another network storage may hang. */
function usedStorages(
  storages: readonly Storage[],
  wanted: Storage | undefined,
  values: ReadonlyMap<string, string>,
): readonly Storage[] {
  const named = [...customParts(values).values()].map(volume => volume.split(':', 1)[0]);
  return storages.filter(storage => storage === wanted || named.includes(storage.id));
}
