import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';

export const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

/** What a file is to sum up to. */
export interface Checksum {
  readonly algorithm: string;
  readonly sum: string;
}

/** The sum of a file, read piece by piece. */
async function sumOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) hash.update(bytes);
  return hash.digest('hex');
}

/** Why a file is not the one that was meant, or nothing. */
export async function mismatch(path: string, { algorithm, sum }: Checksum): Promise<string | undefined> {
  const found = await sumOf(path, algorithm);
  return found === sum.toLowerCase() ? undefined : `checksum mismatch: got '${found}' != expect '${sum}'`;
}

/** Fails unless the file is the one that was meant. */
export async function assertChecksum(
  path: string,
  checksum: Checksum,
  say: (text: string) => void,
): Promise<void> {
  const problem = await mismatch(path, checksum);
  say(`calculating checksum...${problem === undefined ? 'OK, checksum verified' : ''}`);
  if (problem !== undefined) throw new PveFailure(problem);
}
