import { optionName } from '../../sdk/option-name.ts';
import type { Part } from '../../sdk/cluster.ts';
import { UserError } from '../../sdk/error.ts';
import { keyLines } from '../text/key-lines.ts';
import type { Storage } from '../text/storage-config.ts';
import { isWindows } from '../text/ostype.ts';
import { attachedDrive } from '../text/cloud-init-volumes.ts';
import { passwordHash, windowsPassword } from './password.ts';
import { SNIPPET_KINDS } from '../text/cloud-init-volumes.ts';
import { driveStorage } from './drive/own.ts';
import { snippetStorage } from './snippets.ts';
import type { CloudInitMaterial, CloudInitWanted, TextPlaces } from './wanted.ts';

export const TEXT_PLACES = ['writesSnippets'] as const;

export const MATERIAL = ['readText', 'crypt', ...TEXT_PLACES] as const;

type Asked = Part<(typeof MATERIAL)[number]>;

/** What files of the node say for a VM's cloud-init; `found` are the settings that it has. */
export async function readCloudInitMaterial(
  wanted: CloudInitWanted,
  id: string,
  storages: readonly Storage[],
  cluster: Asked,
  found: ReadonlyMap<string, string>,
): Promise<CloudInitMaterial> {
  const { password, ssh_keys_file: keyFile } = wanted;
  const ostype = found.get('ostype');
  return {
    ...(await textPlaces(wanted, id, storages, cluster, found)),
    isWindows: isWindows(ostype),
    passwordHash:
      password === undefined
        ? undefined
        : isWindows(ostype)
          ? windowsPassword(password)
          : await passwordHash(password, found.get('cipassword'), cluster),
    fileKeys: keyFile === undefined ? [] : keyLines(await textOf(keyFile, 'ssh_keys_file', cluster)),
    fileTexts: await fileTexts(wanted, cluster),
  };
}

/** Where texts of a VM can go. */
export async function textPlaces(
  { snippets_storage: named }: Pick<CloudInitWanted, 'snippets_storage'>,
  id: string,
  storages: readonly Storage[],
  cluster: Part<(typeof TEXT_PLACES)[number]>,
  found: ReadonlyMap<string, string>,
): Promise<TextPlaces> {
  const [{ node }, writes] = [cluster, await cluster.writesSnippets()];
  return {
    id,
    snippetStorage: writes ? snippetStorage(storages, node, named) : undefined,
    driveStorage: driveStorage(storages, node, named),
    usesOwnDrive: !writes || attachedDrive(found) !== undefined,
  };
}

/** The texts that are in files of the node. */
export async function fileTexts(
  wanted: CloudInitWanted,
  cluster: Part<'readText'>,
): Promise<CloudInitMaterial['fileTexts']> {
  const texts = SNIPPET_KINDS.map(async kind => {
    const path = wanted[`${kind}_data_file`];
    return path === undefined ? [] : [[kind, await textOf(path, `${kind}_data_file`, cluster)] as const];
  });
  return new Map((await Promise.all(texts)).flat());
}

async function textOf(path: string, option: string, { readText }: Part<'readText'>): Promise<string> {
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
