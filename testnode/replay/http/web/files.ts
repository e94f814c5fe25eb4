import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runOrThrow } from '../../../system/processes.ts';
import { makeImage } from '../../images.ts';

const IMAGES = ['img.iso', 'small.qcow2', 'small.raw', 'small.vmdk', 'backed.qcow2'];
const TRUNCATED_BYTES = 2000;

/** Puts what the web server of the recordings had into a folder. */
export async function writeWebFiles(directory: string): Promise<void> {
  mkdirSync(directory);
  for (const name of IMAGES) copyFileSync(await makeImage(name), join(directory, name));
  const small = readFileSync(join(directory, 'small.qcow2'));
  writeFileSync(join(directory, 'trunc.qcow2'), small.subarray(0, TRUNCATED_BYTES));
  writeFileSync(join(directory, 'text.qcow2'), 'text\n');
  writeFileSync(join(directory, 'snip.yaml'), '#cloud-config\n');
  writeFileSync(join(directory, 'empty.iso'), '');
  writeFileSync(join(directory, 'small.qcow2.gz'), gzipSync(small));
  // Packed by the programs, as then: gzip writes the file's name into what it packs.
  for (const program of ['gzip', 'xz', 'zstd'])
    await runOrThrow([program, '-qk', 'img.iso'], { cwd: directory });
}
