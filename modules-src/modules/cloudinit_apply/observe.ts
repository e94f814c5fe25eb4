import { parseResolvConf } from '../../pve/cloud-init/resolver.ts';
import { customParts } from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { declaredValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { readCloudInitDrive } from '../../node/vms/cloud-init-drive.ts';
import { readCloudInitMaterial } from '../../node/vms/cloud-init-material.ts';
import { findVm } from '../../node/vms/find.ts';
import { readText } from '../../system/files.ts';
import { findSnippets, readCustomParts, readSnippets } from '../../node/vms/snippet-files.ts';
import { readStorages } from '../../node/vms/files.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { Observed, Wanted } from './plan.ts';

export async function observeCloudInit(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const vm = await findVm(wanted, circumstances);
  const storages = await readStorages();
  const values = declaredValues(vm.record?.config ?? parseVmConfig(''));
  const material = await readCloudInitMaterial(wanted, storages, vm.localNode, values.get('cipassword'));
  const { snippetStorage } = material;
  return {
    ...material,
    vm,
    snippetTexts: await readSnippets(wanted.vmid, snippetStorage),
    ownSnippets: await findSnippets(wanted.vmid, usedStorages(storages, snippetStorage, values)),
    customTexts: await readCustomParts(values, storages),
    drive: await readCloudInitDrive(values, storages),
    resolver: parseResolvConf((await readText('/etc/resolv.conf')) ?? ''),
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
