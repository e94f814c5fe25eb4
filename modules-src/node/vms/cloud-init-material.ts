import type { CloudInitMaterial, CloudInitWanted } from '../../pve/cloud-init/wishes.ts';
import { SNIPPET_KINDS, snippetStorage } from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { UserError } from '../../sdk/error.ts';
import { readText } from '../../system/files.ts';
import { passwordHash } from './password.ts';
import { readKeyFile } from './files.ts';

/** What files of the node say for a VM's cloud-init; `storedPassword` is the hash that it has. */
export async function readCloudInitMaterial(
  wanted: CloudInitWanted,
  storages: readonly Storage[],
  node: string,
  storedPassword?: string,
): Promise<CloudInitMaterial> {
  const { password, ssh_keys_file: keyFile } = wanted;
  return {
    snippetStorage: snippetStorage(storages, node, wanted.snippets_storage),
    passwordHash: password === undefined ? undefined : await passwordHash(password, storedPassword),
    fileKeys: keyFile === undefined ? [] : await keysOf(keyFile),
    fileTexts: await textsOf(wanted),
  };
}

/** The texts that snippets have from files of the node. */
async function textsOf(wanted: CloudInitWanted): Promise<CloudInitMaterial['fileTexts']> {
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
