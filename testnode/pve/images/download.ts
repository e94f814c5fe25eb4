import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { isOnIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { assertChecksum, mismatch } from './checksum.ts';
import type { Checksum } from './checksum.ts';
import { decompress, decompressor } from './decompress.ts';
import { assertTrustworthy } from './verify.ts';
import { fetchWithWget } from './wget.ts';

const MODE = 0o644;

/** The worker's part of `download-url`: what is there with the right sum is not fetched again. */
export async function downloadTask(payload: TaskPayload): Promise<void> {
  const [url, target, compression] = [
    textIn(payload, 'url'),
    textIn(payload, 'target'),
    textIn(payload, 'compression'),
  ];
  const isImport = textIn(payload, 'content') === 'import';
  if (compression !== '' && isImport) throw new PveFailure('decompression not supported for import');
  const unpacking = compression === '' ? undefined : decompressor(compression);
  const checksum = checksumIn(payload);
  print(`downloading ${url} to ${target}`);
  if (existsSync(target)) return keepExisting(target, checksum);
  mkdirSync(dirname(target), { recursive: true });
  const fetched = `${target}.tmp_dwnl.${process.pid}`;
  const unpacked = `${target}.tmp_dcom.${process.pid}`;
  try {
    await fetchWithWget(url, fetched, !isOnIn(payload, 'isUnverified'));
    if (checksum) await assertChecksum(fetched, checksum, print);
    if (isImport) verify(fetched, target);
    if (unpacking) await decompress(unpacking, fetched, unpacked);
    chmodSync(unpacking ? unpacked : fetched, MODE);
    renameSync(unpacking ? unpacked : fetched, target);
  } finally {
    for (const path of [fetched, unpacked]) rmSync(path, { force: true });
  }
  print(`download of '${url}' to '${target}' finished`);
}

/** The sum that an order names, if it names one. */
export function checksumIn(payload: TaskPayload): Checksum | undefined {
  const [algorithm, sum] = [textIn(payload, 'checksum-algorithm'), textIn(payload, 'checksum')];
  return algorithm === '' ? undefined : { algorithm, sum };
}

async function keepExisting(target: string, checksum: Checksum | undefined): Promise<void> {
  if (!checksum) throw new PveFailure(`refusing to override existing file '${target}'`);
  const problem = await mismatch(target, checksum);
  const verdict = problem === undefined ? 'OK, got correct file already, no need to download' : '';
  print(`calculating checksum of existing file...${verdict}`);
  if (problem !== undefined) throw new PveFailure(`${problem}, aborting`);
}

function verify(path: string, name: string): void {
  try {
    assertTrustworthy(path, name);
  } catch (error) {
    throw new PveFailure(`failed to verify file: ${messageOf(error)}`);
  }
}
