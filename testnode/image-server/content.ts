import { createReadStream, existsSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { signatureOver, type SigningKey } from './openpgp.ts';
import { sumsFile } from './sums.ts';
import type { ServedFiles } from './protocol.ts';

/** Something that can be sent, whole or in part. */
export interface Content {
  readonly size: number;
  readonly modified: Date;
  readonly etag: string;
  readonly type: string;
  /** Bytes from `start` up to and without `end`, in pieces of at most `step`. */
  read(start: number, end: number, step: number): Readable;
}

/** What stands under a URL, if anything. */
export async function contentAt(
  url: string,
  files: ServedFiles,
  key: SigningKey,
): Promise<Content | undefined> {
  const path = files[url];
  if (path !== undefined) return existsSync(path) ? fileContent(path) : undefined;
  const sums = await sumsFile(url, files);
  if (sums !== undefined) return bytesContent(Buffer.from(sums));
  const signed = SIGNED.exec(url)?.[1];
  const content = signed === undefined ? undefined : await contentAt(signed, files, key);
  return content && bytesContent(signatureOver(await bytesOf(content), key));
}

/** Ubuntu signs the checksums of its cloud images. */
const SIGNED = /^(https?:\/\/cloud-images\.ubuntu\.com\/.*\/SHA256SUMS)\.gpg$/;

async function bytesOf(content: Content): Promise<Buffer> {
  const { size } = content;
  const chunks: Buffer[] = [];
  for await (const chunk of content.read(0, size, size) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function fileContent(path: string): Content {
  const { size, mtime } = statSync(path);
  return {
    size,
    modified: mtime,
    etag: `"${size.toString(16)}-${mtime.getTime().toString(16)}"`,
    type: 'application/octet-stream',
    read: (start, end, step) =>
      end > start ? createReadStream(path, { start, end: end - 1, highWaterMark: step }) : Readable.from([]),
  };
}

function bytesContent(bytes: Buffer): Content {
  return {
    size: bytes.length,
    modified: new Date(0),
    etag: `"${bytes.length.toString(16)}"`,
    type: 'text/plain',
    read: (start, end) => Readable.from([bytes.subarray(start, end)]),
  };
}
