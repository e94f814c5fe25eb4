import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootDisk } from '../config/boot-order.ts';
import { parseDrive } from '../config/drive.ts';
import type { Section } from '../config/sections.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { QEMU_IMG } from '../storage/image-file.ts';
import { inspectVolume, volumePath } from '../storage/volumes.ts';

const SECTOR = 512;
const BOOT_SIGNATURE = 0xaa55;

/**
 * Whether a pretended guest listens to the power button and the agent: as with a real one, only if something boots. A
 * disk that can boot says so at the end of its first sector.
 */
export function hasOperatingSystem(config: Section): boolean {
  const slot = bootDisk(config);
  if (slot === undefined) return false;
  const { file } = parseDrive(slot, config.get(slot) ?? '');
  const { format, size } = inspectVolume(file);
  if (size < SECTOR) return false;
  return readFirstSector(volumePath(file), format).readUInt16LE(SECTOR - 2) === BOOT_SIGNATURE;
}

function readFirstSector(path: string, format: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'sector-'));
  try {
    const copy = join(directory, 'sector');
    runToEnd(QEMU_IMG, [
      'dd',
      '-U',
      '-f',
      format,
      '-O',
      'raw',
      `bs=${SECTOR}`,
      'count=1',
      `if=${path}`,
      `of=${copy}`,
    ]);
    return readFileSync(copy);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
