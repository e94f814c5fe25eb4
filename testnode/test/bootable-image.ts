import { rmSync, writeFileSync } from 'node:fs';
import { runToEnd } from '../pve/runtime/run-command.ts';

const SECTOR = 512;

/** A disk image of 64 MiB that a pretended guest boots from: its first sector says so. */
export function makeBootableImage(file: string): void {
  const raw = `${file}.raw`;
  const sector = Buffer.alloc(SECTOR);
  sector.writeUInt16LE(0xaa55, SECTOR - 2);
  writeFileSync(raw, sector);
  runToEnd('truncate', ['-s', '64M', raw]);
  runToEnd('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, file]);
  rmSync(raw);
}
