import { createReadStream, existsSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
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
export async function contentAt(url: string, files: ServedFiles): Promise<Content | undefined> {
  const path = files[url];
  if (path !== undefined) return existsSync(path) ? fileContent(path) : undefined;
  const sums = await sumsFile(url, files);
  return sums === undefined ? undefined : textContent(sums);
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

function textContent(text: string): Content {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    modified: new Date(0),
    etag: `"${bytes.length.toString(16)}"`,
    type: 'text/plain',
    read: (start, end) => Readable.from([bytes.subarray(start, end)]),
  };
}
