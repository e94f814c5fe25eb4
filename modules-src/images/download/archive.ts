import { open } from 'node:fs/promises';
import { ARCHIVE_HEAD, archiveKind, HEAD, isDiskImage, type ArchiveKind } from '../../pve/images/header.ts';
import { UserError } from '../../sdk/error.ts';
import type { SizeLimit } from '../../system/disk-space.ts';
import type { ReadArchive } from './archived-file.ts';
import { writeSparse } from './sparse-file.ts';
import { readTar } from './tar-files.ts';

/** Which archive a file is, by its first bytes; undefined when it is none. */
export async function archiveOf(path: string): Promise<ArchiveKind | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ARCHIVE_HEAD), 0, ARCHIVE_HEAD, 0);
    return archiveKind(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Unpacks the one disk image that an archive holds, known by its content, and answers `<algorithm>:<hex>` of it. */
export async function unpackArchive(
  source: string,
  target: string,
  kind: ArchiveKind,
  algorithm: string,
  limit: SizeLimit,
): Promise<string> {
  const read: ReadArchive = kind === 'tar' ? readTar : (await import('./zip-files.ts')).readZip;
  const images: string[] = [];
  const others: string[] = [];
  let digest = '';
  await read(source, limit, async ({ name, size, content }) => {
    const head = await takeHead(content);
    if (!isDiskImage(head)) return void others.push(name);
    images.push(name);
    if (images.length > 1) throw severalImages(kind, images);
    if (size > limit.bytes) limit.refuse();
    digest = await writeSparse(joined(head, content), target, algorithm, limit);
  });
  if (images.length === 0) throw noImage(kind, others);
  return digest;
}

async function takeHead(content: AsyncIterator<Buffer, unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let size = 0; size < HEAD;) {
    const next = await content.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  return Buffer.concat(chunks);
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer, unknown>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

const severalImages = (kind: ArchiveKind, images: readonly string[]): UserError =>
  new UserError(
    `it is a ${kind} archive with more than one disk image (${images.map(shown).join(' and ')}), ` +
      'and nothing tells which is meant; give the URL of an archive with one, or of an image',
  );

/** Names that a message has room for. */
const SHOWN = 5;

function noImage(kind: ArchiveKind, names: readonly string[]): UserError {
  const rest = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const content = names.length === 0 ? 'nothing' : names.slice(0, SHOWN).map(shown).join(', ') + rest;
  return new UserError(
    `it is a ${kind} archive without a disk image: it holds ${content}; give the URL of an archive with one, or of an image`,
  );
}

const shown = (name: string): string =>
  name.replace(/[\p{C}\u2028\u2029]/gu, '?').replace(/^(.{30}).{10,}(.{30})$/su, '$1…$2');
