import { readDriveParts } from '../../pve/cloud-init/drive/parts.ts';
import { findSnippets, ownSnippetTexts, readCustomParts } from '../../pve/cloud-init/find-snippets.ts';
import { MATERIAL, readCloudInitMaterial } from '../../pve/cloud-init/material.ts';
import { wishesOf } from '../../pve/cloud-init/wanted.ts';
import { attachedDrive, customParts, isOurSnippet } from '../../pve/text/cloud-init-volumes.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { nextValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { FIND_VM, findVm, READ_VMS, readVms } from '../../pve/vms/find.ts';
import { snippetOwner } from '../../pve/vms/snippet-owner.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { touchesFiles, type Observed, type Wanted } from './plan.ts';
import { storageOfVolume } from '../../pve/text/volume-id.ts';

export const APPLY_ASKS = [
  ...FIND_VM,
  ...READ_VMS,
  ...MATERIAL,
  'readStorages',
  'readSnippets',
  'listSnippets',
  'readOwnSnippets',
  'listIsoImages',
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
  const config = vm.record?.config ?? parseVmConfig('');
  const values = nextValues(config);
  const owner = snippetOwner({ vmid: wanted.vmid, config });
  const material = await readCloudInitMaterial(wanted, owner.id, storages, cluster, values);
  const { snippetStorage } = material;
  const { own } = wishesOf(wanted, material);
  const attached = attachedDrive(values)?.volume.split(':', 1)[0];
  const isoStorages = [own?.storage.id, attached].filter(id => id !== undefined);
  const observed = {
    ...material,
    vm,
    others: [],
    snippetTexts: await ownSnippetTexts(owner, snippetStorage, cluster),
    ownSnippets: await findSnippets(owner, values, usedStorages(storages, snippetStorage, values), cluster),
    customTexts: await readCustomParts(customParts(values), cluster),
    isoImages: isoStorages.length === 0 ? [] : await cluster.listIsoImages([...new Set(isoStorages)]),
    drive: await readDriveParts(values, cluster),
    resolver: await cluster.readResolver(),
  };
  return touchesFiles(wanted, observed) ? { ...observed, others: await readVms(cluster) } : observed;
}

/** Only what is used is looked at: another network storage may hang. */
function usedStorages(
  storages: readonly Storage[],
  wanted: Storage | undefined,
  values: ReadonlyMap<string, string>,
): readonly Storage[] {
  const ours = [...customParts(values).values()].filter(isOurSnippet);
  const named = ours.map(storageOfVolume);
  return storages.filter(storage => storage === wanted || named.includes(storage.id));
}
