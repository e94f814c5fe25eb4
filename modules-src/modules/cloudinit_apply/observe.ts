import { parseResolvConf } from '../../pve/resolver.ts';
import { customParts, SNIPPET_KINDS, snippetStorage } from '../../pve/snippets.ts';
import type { Storage } from '../../pve/storage-config.ts';
import { declaredValues, parseVmConfig } from '../../pve/vm-config.ts';
import { readCloudInitDrive } from '../../runtime/cloud-init-drive.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { readText } from '../../runtime/node-files.ts';
import { passwordHash } from '../../runtime/password.ts';
import { findSnippets, readCustomParts, readSnippets } from '../../runtime/snippet-files.ts';
import { readKeyFile, readStorages } from '../../runtime/vm-files.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import type { Observed, Wanted } from './wishes.ts';

export async function observeCloudInit(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const vm = await findVm(wanted, circumstances);
  const storages = await readStorages();
  const storage = snippetStorage(storages, vm.localNode, wanted.snippets_storage);
  const values = declaredValues(vm.record?.config ?? parseVmConfig(''));
  return {
    vm,
    snippetStorage: storage,
    snippetTexts: await readSnippets(wanted.vmid, storage),
    ownSnippets: await findSnippets(wanted.vmid, usedStorages(storages, storage, values)),
    customTexts: await readCustomParts(values, storages),
    drive: await readCloudInitDrive(values, storages),
    resolver: parseResolvConf((await readText('/etc/resolv.conf')) ?? ''),
    passwordHash:
      wanted.password === undefined
        ? undefined
        : await passwordHash(wanted.password, values.get('cipassword')),
    fileKeys: wanted.ssh_keys_file === undefined ? [] : await keysOf(wanted.ssh_keys_file),
    fileTexts: await textsOf(wanted),
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

/** The texts that snippets have from files of the node. */
async function textsOf(wanted: Wanted): Promise<Observed['fileTexts']> {
  const texts = SNIPPET_KINDS.map(async kind => {
    const path = wanted[`${kind}_data_file`];
    return path === undefined ? [] : [[kind, await textOf(path, `${kind}_data_file`)] as const];
  });
  return new Map((await Promise.all(texts)).flat());
}

async function textOf(path: string, option: string): Promise<string> {
  const text = await readText(path).catch((error: unknown) => unreadable(path, option, error));
  return (
    text ?? unreadable(path, option, new Error('there is no such file, neither on the controller nor here'))
  );
}

async function keysOf(path: string): Promise<readonly string[]> {
  return readKeyFile(path).catch((error: unknown) => unreadable(path, 'ssh_keys_file', error));
}

function unreadable(path: string, option: string, error: unknown): never {
  throw new UserError(
    `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}; ` +
      `set proxmox_vm_cloud_init_${option} to a file of the controller or of the node`,
  );
}
