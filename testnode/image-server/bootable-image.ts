import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { runOrThrow } from '../system/processes.ts';

const SECTOR = 512;
const SIZE = 64 * 2 ** 20;

/** A disk image of 64 MiB that a pretended guest boots from: its first sector says so, and nothing else is in it. */
export async function makeBootableImage(file: string): Promise<string> {
  const raw = `${file}.raw`;
  const sector = Buffer.alloc(SECTOR);
  sector.writeUInt16LE(0xaa55, SECTOR - 2);
  writeFileSync(raw, sector);
  truncateSync(raw, SIZE);
  await runOrThrow(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, file]);
  rmSync(raw);
  return file;
}
