import { createHash } from 'node:crypto';
import { basename, dirname, join, parse } from 'node:path';
import { fieldOf, parseJson } from '../../sdk/dictionary.ts';
import { UserError } from '../../sdk/error.ts';
import { importName, type ImageFolder } from './folder.ts';
import type { FileIdentity, ImageRecord } from '../../sdk/image.ts';

/** What a side file holds. */
export interface ImageNote {
  readonly record?: ImageRecord;
  /** The image that is just about to get the name, or got it from a run that then died. */
  readonly next?: ImageRecord;
}

/** Endings of what is packed once more: an image that is compressed, or an archive that may be so, too. */
const PACKED = /\.(?:(?:tar\.)?(?:xz|gz|bz2|zst)|tar|t[gx]z|tbz2?|tzst|zip|ova|box)$/i;
/** Leaves room for the suffixes of side files within the 255 bytes of a file name. */
const LONGEST_NAME = 200;

/** The name that the last part of the URL's path has: what a sums file lists. Query and fragment do not count. */
export function urlFileName(url: string): string {
  return decoded(
    parseUrl(url)
      .pathname.split('/')
      .findLast(part => part !== '') ?? '',
  );
}

export function urlPath(url: string): string {
  return decoded(parseUrl(url).pathname);
}

/** A URL as a server is asked for it, to which name and password go in a header. */
export function withoutLogin(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/, '$1');
}

/**
 * A URL as it may be shown and recorded. Its query may be a key to the file, as storage providers sign them: what stands in
 * its place tells queries apart, and is the same for a URL that has it already.
 */
export function shownUrl(url: string): string {
  const [, plain = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(withoutLogin(url)) ?? [];
  if (query === '') return plain;
  return `${plain}?${HIDDEN.test(query) ? query : `hidden-${shortDigest(query)}`}`;
}

const HIDDEN = /^hidden-[0-9a-f]{8}$/;

const shortDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

function parseUrl(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  // Where its login ends, nobody can tell.
  throw new UserError(`cannot use ${url.replace(/:\/\/.*@/, '://…@')}: it is not a URL; correct it`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether the name says that what comes from the URL must be unpacked. */
export function isPackedName(url: string): boolean {
  return PACKED.test(urlFileName(url));
}

/** The file of an image in the cache: the URL's file name without the suffix of how it is packed, in safe characters. */
export function imagePath(folder: ImageFolder, url: string): string {
  const name = urlFileName(url)
    .replace(PACKED, '')
    .replace(/[^A-Za-z0-9._+~-]/g, '_')
    // A leading dot hides the file, a leading hyphen makes it an option of programs.
    .replace(/^[.-]+/, '');
  const short = name.slice(-LONGEST_NAME) || 'image';
  return join(folder.path, folder.isImport ? importName(short) : short);
}

/** Its file when another image has that name: the same name, and what tells URLs apart. */
export function alternativePath(path: string, url: string): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}-${shortDigest(shownUrl(url))}${ext}`);
}

/** The side file of an image: hidden, so that storages do not list it. */
export function metadataPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.json`);
}

export function renderImageRecord(record: ImageRecord | undefined, next?: ImageRecord): string {
  return `${JSON.stringify({ ...record, ...(next !== undefined && { next }) }, undefined, 2)}\n`;
}

/** What a side file holds; undefined when it is damaged or of another kind, so that it proves nothing and is not ours. */
export function parseImageNote(text: string): ImageNote | undefined {
  const value = parseJson(text);
  const next = fieldOf(value, 'next');
  const note = {
    ...(isImageRecord(value) && { record: { ...value, url: shownUrl(value.url) } }),
    ...(isImageRecord(next) && { next: { ...next, url: shownUrl(next.url) } }),
  };
  return 'record' in note || 'next' in note ? note : undefined;
}

export const parseImageRecord = (text: string): ImageRecord | undefined => parseImageNote(text)?.record;

const TEXTS = ['url', 'digest', 'content', 'format', 'fetched'];

function isImageRecord(value: unknown): value is ImageRecord {
  return (
    hasTexts(value, TEXTS) &&
    ['etag', 'lastModified', 'build', 'wanted'].every(key =>
      ['string', 'undefined'].includes(typeof fieldOf(value, key)),
    ) &&
    typeof fieldOf(value, 'virtualSize') === 'number' &&
    isListOfTexts(fieldOf(value, 'verified')) &&
    isIdentity(fieldOf(value, 'identity')) &&
    [undefined, true].some(adopted => adopted === fieldOf(value, 'adopted')) &&
    isTransfer(fieldOf(value, 'transfer'))
  );
}

function isTransfer(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    ['bytes', 'seconds', 'resumedFrom'].every(key => typeof fieldOf(value, key) === 'number') &&
    ['string', 'undefined'].includes(typeof fieldOf(value, 'mirror'))
  );
}

function isIdentity(value: unknown): boolean {
  return typeof fieldOf(value, 'size') === 'number' && hasTexts(value, ['inode', 'mtimeNs', 'ctimeNs']);
}

const hasTexts = (value: unknown, keys: readonly string[]): boolean =>
  keys.every(key => typeof fieldOf(value, key) === 'string');

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every(item => typeof item === 'string');

/** Whether the file has got its name since it was noted as the next one: a rename changes its `ctimeNs` alone. */
export function isRenamed({ identity: { size, inode, mtimeNs } }: ImageRecord, file: FileIdentity): boolean {
  return size === file.size && inode === file.inode && mtimeNs === file.mtimeNs;
}

/** Whether the file is the one that the record speaks of, by everything that changes when a file does. */
export function isUntouched(record: Pick<ImageRecord, 'identity'>, file: FileIdentity): boolean {
  const { size, inode, mtimeNs, ctimeNs } = record.identity;
  return size === file.size && inode === file.inode && mtimeNs === file.mtimeNs && ctimeNs === file.ctimeNs;
}
