import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';

/** Programs that unpack to their standard output, by the word of the API. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  gz: ['zcat'],
  lzo: ['lzop', '-d', '-c'],
  zst: ['zstd', '-q', '-d', '-c'],
  bz2: ['bzcat', '-q'],
};

/** The program for a compression; fails for one that PVE does not know. */
export function decompressor(compression: string): readonly string[] {
  const program = PROGRAMS[compression];
  if (!program) throw new PveFailure('no decompression method found');
  return program;
}

/** Unpacks a file into another one, in constant memory. */
export async function decompress(argv: readonly string[], source: string, target: string): Promise<void> {
  print(`decompressing ${source} to ${target}`);
  const [program = '', ...args] = argv;
  const child = spawn(program, [...args, source], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? 255));
  });
  await pipeline(child.stdout, createWriteStream(target));
  const status = await ended;
  if (said !== '') print(said.trimEnd());
  if (status !== 0)
    throw new PveFailure(`command '${[...argv, source].join(' ')}' failed: exit code ${status}`);
}
