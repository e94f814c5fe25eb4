import { randomBytes } from 'node:crypto';

/** A raw disk that is known by its boot sector; its first bytes are not by chance those of a web page or an archive. */
export function randomDisk(size: number): Buffer {
  const disk = randomBytes(size).fill(0, 0, 16);
  disk.writeUInt16BE(0x55aa, 510);
  return disk;
}
