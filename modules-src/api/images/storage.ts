import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, join, parse } from 'node:path';
import { imagePath } from '../../pve/images/file.ts';
import { isStorageName, type ImageFolder } from '../../pve/images/folder.ts';
import { isUsable, parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { FileIdentity, ImageRecord } from '../../sdk/image.ts';
import { optionName } from '../../sdk/option-name.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { readStorages } from '../facts/storages.ts';
import { storageOfVolume } from '../../pve/text/volume-id.ts';

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
  const [first] = storages.filter(
    one => isMeant(one.id) && one.path !== undefined && isUsable(one, api.node),
  );
  throw new UserError(first === undefined ? unseen(api, place) : withoutImport(api.node, place, first));
}

/** What would be set takes the place of what it holds. */
function withoutImport(node: string, place: string, { id, content }: Storage): string {
  const which = isStorageName(place) ? `the storage "${place}" does not hold` : `no storage of ${node} holds`;
  return (
    `cannot keep images for the API: ${which} content "import"; on the node: \`pvesm set ${id} --content ${[...content, 'import'].join(',')}\`` +
    `, or set ${optionName('cloud_image_cache_dir')} to a storage that does`
  );
}

/** Whether it is there, nobody is told who may not see it. */
function unseen({ node }: Api, place: string): string {
  const [which, path] = isStorageName(place)
    ? [`there is no storage "${place}" of directories on ${node}`, `/storage/${place}`]
    : [`there is no storage of directories on ${node}`, '/storage/NAME'];
  return (
    `cannot keep images for the API: ${which} that whoever asks may see; set ${optionName('cloud_image_cache_dir')} to one ` +
    `that there is, and give Datastore.AllocateSpace and Datastore.AllocateTemplate on ${path}`
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
  const storage = storageOfVolume(volume);
  const path = `/nodes/${node}/storage/${storage}/content/${encodeURIComponent(volume)}`;
  return Number(fieldsOf(await client.get(path))['size']);
}

const DIGITS = 12;

const digitsOf = (digest: string): string => digest.slice(digest.indexOf(':') + 1).slice(0, DIGITS);

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
  return `${stem(url)}${digest === undefined ? '' : `-${digitsOf(digest)}`}${ending(url, format)}`;
}

/**
 * The same with digits of its own, for a file that is sent: Proxmox VE copies it into its place, where there may be one that
 * somebody else has sent meanwhile, and of which a disk is being made.
 */
export function sentName(url: string, digest: string, format: string): string {
  const { name, ext } = parse(storedName(url, digest, format));
  return `${name}-${randomBytes(2).toString('hex')}${ext}`;
}

/** Whether a volume is the image of that URL with that digest; undefined: with any. */
export function isStoredAs(volume: string, url: string, digest: string | undefined): boolean {
  const digits = storedDigits(volume, url);
  return digits !== undefined && (digest === undefined || digits === digitsOf(digest));
}

/** Whether two volumes are one image of that URL. */
export const isSameImage = (volume: string, other: string, url: string): boolean =>
  storedDigits(volume, url) === storedDigits(other, url);

function storedDigits(volume: string, url: string): string | undefined {
  const { name, ext } = parse(volume.split('/').at(-1) ?? '');
  if (!['.qcow2', '.raw', '.vmdk'].includes(ext)) return undefined;
  const [, base, digits] = /^(.*)-([0-9a-f]{12})(?:-[0-9a-f]{4})?$/.exec(name) ?? [];
  return base === stem(url) ? digits : undefined;
}

/** The volumes that are that image, whole: one that is being copied into its place, or was in part, has another size. */
export const wholeVolumes = (
  stored: readonly StoredImage[],
  { url, content, identity }: Pick<ImageRecord, 'url' | 'content' | 'identity'>,
): readonly StoredImage[] =>
  stored
    .filter(({ volume, bytes }) => isStoredAs(volume, url, content) && bytes === identity.size)
    .sort((a, b) => (a.volume < b.volume ? -1 : 1));
