import { homedir } from 'node:os';
import { basename, join, parse } from 'node:path';
import { imagePath } from '../../pve/images/file.ts';
import { isStorageName, type ImageFolder } from '../../pve/images/folder.ts';
import { isUsable, parseStorageConfig } from '../../pve/text/storage-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { FileIdentity, ImageRecord } from '../../sdk/image.ts';
import { optionName } from '../../sdk/option-name.ts';
import { fieldsOf, listOf, textIn, type Api } from '../api.ts';
import { readStorages } from '../facts/storages.ts';

/** Images of this user on the controller: fetched, verified and looked into here, before a storage gets them. */
export const controllerCache = (): ImageFolder => ({
  path: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'proxmox-role/images'),
  isImport: true,
});

/** The storage that images go to: the one that is named, else the first of the node that takes images to import. */
export async function imageStorage(api: Api, place: string): Promise<string> {
  const storages = parseStorageConfig(await readStorages(api)());
  const isMeant = (id: string): boolean => !isStorageName(place) || id === place;
  const found = storages.find(
    storage => isMeant(storage.id) && storage.content.includes('import') && isUsable(storage, api.node),
  );
  if (found !== undefined) return found.id;
  const which = isStorageName(place)
    ? `the storage "${place}" does not hold`
    : `no storage of ${api.node} holds`;
  const id = isStorageName(place) ? place : 'local';
  const content = storages.find(storage => storage.id === id)?.content ?? [];
  throw new UserError(
    `cannot keep images for the API: ${which} content "import"; on the node: \`pvesm set ${id} --content ${[...content, 'import'].join(',')}\`` +
      `, or set ${optionName('cloud_image_cache_dir')} to a storage that does`,
  );
}

/** An image on a storage. */
export interface StoredImage {
  readonly volume: string;
  /** Of the file. */
  readonly bytes: number;
  /** Seconds since 1970. */
  readonly made: number;
}

/** What is known of a volume: no more than a size, and its name, which has the digest. */
export const volumeIdentity = (bytes: number): FileIdentity => ({
  size: bytes,
  inode: '',
  mtimeNs: '',
  ctimeNs: '',
});

/** Whether a record speaks of a volume, and of no file on the controller. */
export const isOfVolume = ({ identity }: ImageRecord): boolean => identity.inode === '';

export const storedImages = async ({ client, node }: Api, storage: string): Promise<readonly StoredImage[]> =>
  listOf(await client.get(`/nodes/${node}/storage/${storage}/content?content=import`)).flatMap(line => {
    const { size, ctime } = fieldsOf(line);
    const volume = textIn(line, 'volid');
    return volume === undefined ? [] : [{ volume, bytes: Number(size), made: Number(ctime ?? 0) }];
  });

/** Bytes that a guest sees: the volume itself tells them, its list only those of the file. */
export async function virtualSize({ client, node }: Api, volume: string): Promise<number> {
  const [storage = ''] = volume.split(':', 1);
  const path = `/nodes/${node}/storage/${storage}/content/${encodeURIComponent(volume)}`;
  return Number(fieldsOf(await client.get(path))['size']);
}

const DIGITS = 12;

/** What begins the name of every image of that URL, in the characters that Proxmox VE leaves as they are. */
const stem = (url: string): string =>
  parse(basename(imagePath({ path: '', isImport: true }, url))).name.replaceAll(/[^-a-zA-Z0-9_.]/g, '_');

/** The ending by which the import knows the format; without a format the one that the name promises. */
const ending = (url: string, format: string | undefined): string =>
  format === undefined ? parse(imagePath({ path: '', isImport: true }, url)).ext : `.${format}`;

/**
 * The name of an image where it is to be imported from: that of the URL with the first digits of the digest
 * (`<algorithm>:<hex>`), so that one name never stands for two images. Without a digest, what people call it.
 */
export function storedName(url: string, digest: string | undefined, format?: string): string {
  const digits = digest?.slice(digest.indexOf(':') + 1).slice(0, DIGITS);
  return `${stem(url)}${digits === undefined ? '' : `-${digits}`}${ending(url, format)}`;
}

/** Whether a volume is the image of that URL with that digest; undefined: with any. */
export function isStoredAs(volume: string, url: string, digest: string | undefined): boolean {
  const { name, ext } = parse(volume.split('/').at(-1) ?? '');
  if (!['.qcow2', '.raw', '.vmdk'].includes(ext)) return false;
  if (digest !== undefined) return name === parse(storedName(url, digest)).name;
  return name.startsWith(`${stem(url)}-`) && /^[0-9a-f]{12}$/.test(name.slice(stem(url).length + 1));
}
