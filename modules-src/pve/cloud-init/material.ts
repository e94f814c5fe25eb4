import { optionName } from '../../sdk/option-name.ts';
import type { Part } from '../../sdk/cluster.ts';
import { UserError } from '../../sdk/error.ts';
import { keyLines } from '../text/key-lines.ts';
import type { Storage } from '../text/storage-config.ts';
import { isWindows } from '../text/ostype.ts';
import { passwordHash, windowsPassword } from './password.ts';
import { SNIPPET_KINDS } from '../text/snippet-volume.ts';
import { snippetStorage } from './snippets.ts';
import type { CloudInitMaterial, CloudInitWanted } from './wishes.ts';

export const MATERIAL = ['readText', 'crypt'] as const;

type Asked = Part<(typeof MATERIAL)[number]>;

/** What files of the node say for a VM's cloud-init; `storedPassword` is what it has for one, `ostype` its system. */
export async function readCloudInitMaterial(
  wanted: CloudInitWanted,
  id: string,
  storages: readonly Storage[],
  cluster: Asked,
  storedPassword?: string,
  ostype?: string,
): Promise<CloudInitMaterial> {
  const { password, ssh_keys_file: keyFile } = wanted;
  return {
    id,
    snippetStorage: snippetStorage(storages, cluster.node, wanted.snippets_storage),
    isWindows: isWindows(ostype),
    passwordHash:
      password === undefined
        ? undefined
        : isWindows(ostype)
          ? windowsPassword(password)
          : await passwordHash(password, storedPassword, cluster),
    fileKeys: keyFile === undefined ? [] : keyLines(await textOf(keyFile, 'ssh_keys_file', cluster)),
    fileTexts: await textsOf(wanted, cluster),
  };
}

/** The texts that snippets have from files of the node. */
async function textsOf(wanted: CloudInitWanted, cluster: Asked): Promise<CloudInitMaterial['fileTexts']> {
  const texts = SNIPPET_KINDS.map(async kind => {
    const path = wanted[`${kind}_data_file`];
    return path === undefined ? [] : [[kind, await textOf(path, `${kind}_data_file`, cluster)] as const];
  });
  return new Map((await Promise.all(texts)).flat());
}

async function textOf(path: string, option: string, { readText }: Asked): Promise<string> {
  const text = await readText(path).catch((error: unknown) => unreadable(path, option, error));
  return (
    text ?? unreadable(path, option, new Error('there is no such file, neither on the controller nor here'))
  );
}

function unreadable(path: string, option: string, error: unknown): never {
  throw new UserError(
    `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}; ` +
      `set ${optionName(`cloud_init_${option}`)} to a file of the controller or of the node`,
  );
}
