import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { throwIfInterrupted } from '../../system/interrupt.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { SizeLimit } from '../../system/disk-space.ts';
import { confined, runCommand } from '../../system/run-command.ts';
import { readOutput, type Unpacker } from './program-output.ts';
import { writeSparse } from './sparse-file.ts';

export type Compression = 'xz' | 'gz' | 'bz2' | 'zst';

const SIGNATURES: readonly (readonly [Compression, Buffer])[] = [
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
  ['gz', Buffer.from([0x1f, 0x8b, 0x08])],
  ['bz2', Buffer.from('BZh')],
  ['zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
];

/** How a file is compressed, by its first bytes; undefined when it is not. */
export async function compressionOf(path: string): Promise<Compression | undefined> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return SIGNATURES.find(([, signature]) => buffer.subarray(0, signature.length).equals(signature))?.[0];
  } finally {
    await file.close();
  }
}

/**
 * Bytes that a compressed file will have when it is unpacked; undefined where the file does not tell. xz has an index of
 * it at its end, a gzip file the size modulo 4 GiB, which is believed only if it can be true.
 */
export async function unpackedSize(path: string, compression: Compression): Promise<number | undefined> {
  if (compression === 'xz') {
    const { stdout } = await runCommand(confined(['xz', '--robot', '--list', path], LIST), '', LIST);
    const size = /^totals\t\d+\t\d+\t\d+\t(\d+)/m.exec(stdout)?.[1];
    return size === undefined ? undefined : Number(size);
  }
  return compression === 'gz' ? sizeInGzip(path) : undefined;
}

/** Seconds. */
const LIST = 60;

async function sizeInGzip(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    const unpacked = buffer.readUInt32LE(0);
    return unpacked > size ? unpacked : undefined;
  } finally {
    await file.close();
  }
}

/** Programs that unpack standard input, and the Debian package of each. */
const PROGRAMS: Readonly<Record<Exclude<Compression, 'gz'>, Unpacker>> = {
  // As many threads as there are cores would each take memory of their own.
  xz: { program: 'xz', args: ['--memlimit-mt-decompress=1GiB', '-dc'], package: 'xz-utils' },
  bz2: { program: 'bzip2', args: ['-dc'], package: 'bzip2' },
  zst: { program: 'zstd', args: ['-dc'], package: 'zstd' },
};

/** Unpacks a file and answers `<algorithm>:<hex>` of what it held. Runs of zeros become holes. */
export async function unpack(
  source: string,
  target: string,
  compression: Compression,
  algorithm: string,
  limit: SizeLimit,
): Promise<string> {
  const write = (stream: AsyncIterable<Buffer>): Promise<string> =>
    writeSparse(stream, target, algorithm, limit);
  try {
    return compression === 'gz'
      ? await write(gunzip(source))
      : await readOutput(PROGRAMS[compression], source, write);
  } catch (error) {
    throwIfInterrupted();
    throw unpackFailure(error);
  }
}

function gunzip(source: string): Readable {
  const input = createReadStream(source, { highWaterMark: 1024 ** 2 });
  const output = createGunzip({ chunkSize: 1024 ** 2 });
  input.on('error', error => output.destroy(error));
  return input.pipe(output);
}

/** zlib's errors; those of the file system are left to whoever knows where the file lies. */
function unpackFailure(error: unknown): unknown {
  const broken = error instanceof Error && codeOf(error).startsWith('Z_');
  return broken ? new StepError(`it cannot be unpacked: ${error.message}`, false) : error;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
