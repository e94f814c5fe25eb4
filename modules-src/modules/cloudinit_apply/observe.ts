import { declaredValues } from '../../pve/vm-config.ts';
import { snippetStorage } from '../../pve/snippets.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { passwordHash } from '../../runtime/password.ts';
import { readSnippets } from '../../runtime/snippet-files.ts';
import { readKeyFile, readStorages } from '../../runtime/vm-files.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import type { Observed, Wanted } from './plan.ts';

export async function observeCloudInit(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const vm = await findVm(wanted, circumstances);
  const storages = await readStorages();
  const storage = snippetStorage(storages, vm.localNode, wanted.snippets_storage);
  const stored = vm.record === undefined ? undefined : declaredValues(vm.record.config).get('cipassword');
  return {
    vm,
    snippetStorage: storage,
    snippetTexts: await readSnippets(wanted.vmid, storage),
    passwordHash: wanted.password === undefined ? undefined : await passwordHash(wanted.password, stored),
    fileKeys: wanted.ssh_keys_file === undefined ? [] : await keysOf(wanted.ssh_keys_file),
  };
}

async function keysOf(path: string): Promise<readonly string[]> {
  try {
    return await readKeyFile(path);
  } catch (error) {
    throw new UserError(
      `cannot read the SSH keys in ${path}: ${error instanceof Error ? error.message : String(error)}; ` +
        'set proxmox_vm_cloud_init_ssh_keys_file to a file of the controller or of the node',
    );
  }
}
