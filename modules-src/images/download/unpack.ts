import { optionName } from '../../sdk/option-name.ts';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { interrupted, throwIfInterrupted } from '../../system/interrupt.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { SizeLimit } from '../../system/disk-space.ts';
import { openEmpty } from '../../system/own-file.ts';
import { COMMAND_ENVIRONMENT, commandLimit, confined, runCommand } from '../../system/run-command.ts';

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
const PROGRAMS = {
  // As many threads as there are cores would each take memory of their own.
  xz: { program: 'xz', args: ['--memlimit-mt-decompress=1GiB'], package: 'xz-utils' },
  bz2: { program: 'bzip2', args: [], package: 'bzip2' },
  zst: { program: 'zstd', args: [], package: 'zstd' },
} as const;

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
      : await unpackByProgram(source, PROGRAMS[compression], write);
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

/** In place of the exit code of a program that was ended. */
const KILLED = -1;
/** What prlimit ends with when there is no such program. */
const MISSING = 127;

async function unpackByProgram(
  source: string,
  { program, args, package: debianPackage }: (typeof PROGRAMS)[keyof typeof PROGRAMS],
  write: (stream: AsyncIterable<Buffer>) => Promise<string>,
): Promise<string> {
  const [first, ...rest] = confined([program, ...args, '-dc', source], commandLimit());
  const child = spawn(first, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: COMMAND_ENVIRONMENT,
    timeout: commandLimit() * 1000,
    signal: interrupted,
  });
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? KILLED));
  });
  const written = write(child.stdout).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const [digest, code] = await Promise.all([written, ended]);
  if (code === 0) return digest;
  if (code === MISSING) throw missing(program, debianPackage);
  const why =
    code === KILLED
      ? `${program} took longer than ${commandLimit()} s and was stopped; raise ${optionName('command_timeout')}`
      : Buffer.concat(complaints).toString().trim();
  throw new StepError(`it cannot be unpacked: ${why}`, false);
}

const missing = (program: string, debianPackage: string): StepError =>
  new StepError(
    `it cannot be unpacked: the node has no ${program}; run apt-get install ${debianPackage} there`,
    false,
  );

const ZEROS = Buffer.alloc(1024 ** 2);

async function writeSparse(
  stream: AsyncIterable<Buffer>,
  target: string,
  algorithm: string,
  limit: SizeLimit,
): Promise<string> {
  const hash = createHash(algorithm);
  const file = await openEmpty(target);
  try {
    let position = 0;
    for await (const chunk of stream) {
      if (position + chunk.length > limit.bytes) limit.refuse();
      hash.update(chunk);
      if (!isZero(chunk)) await file.writev([chunk], position);
      position += chunk.length;
    }
    await file.truncate(position);
  } finally {
    await file.close();
  }
  return `${algorithm}:${hash.digest('hex')}`;
}

const isZero = (chunk: Buffer): boolean =>
  chunk.length <= ZEROS.length && chunk.equals(ZEROS.subarray(0, chunk.length));

/** zlib's errors; those of the file system are left to whoever knows where the file lies. */
function unpackFailure(error: unknown): unknown {
  const broken = error instanceof Error && codeOf(error).startsWith('Z_');
  return broken ? new StepError(`it cannot be unpacked: ${error.message}`, false) : error;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
