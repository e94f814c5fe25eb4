import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';
import { runToEnd } from '../runtime/run-command.ts';
import type { ImageInfo } from './backend.ts';

export const QEMU_IMG = '/usr/bin/qemu-img';
const SECTOR = 512;
const QCOW2_MAGIC = 0x514649fb;
const QCOW2_HEADER_BYTES = 104;

/** Size and format of an image whose format is known, without starting a program where that is possible. */
export function inspectImage(path: string, format: string): ImageInfo {
  if (!existsSync(path)) throw new PveFailure(`failed to stat '${path}'`);
  if (format === 'qcow2') return readQcow2Header(path) ?? { size: 0, format };
  if (format === 'vmdk') return probeImage(path, format) ?? { size: 0, format };
  return { size: roundUp(statSync(path).size), format };
}

/** What qemu-img finds in a file, or nothing when it cannot read it. Without a format it guesses from the content. */
export function probeImage(path: string, format?: string): ImageInfo | undefined {
  const { status, stdout } = runToEnd(QEMU_IMG, [
    'info',
    '-U',
    ...(format === undefined ? [] : ['-f', format]),
    '--output=json',
    path,
  ]);
  if (status !== 0) return undefined;
  // qemu-img's own answer: the shape is its documented ImageInfo.
  const info = JSON.parse(stdout) as Record<string, unknown>;
  const backingFile = info['backing-filename'];
  return {
    size: Number(info['virtual-size']),
    format: String(info.format),
    ...(typeof backingFile === 'string' ? { backingFile } : {}),
  };
}

/** Bytes that a file takes on disk. */
export function usedBytes(path: string): number {
  return statSync(path).blocks * SECTOR;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / SECTOR) * SECTOR;
}

/** Virtual size and backing file from the header of a qcow2 file (qemu, docs/interop/qcow2.txt). */
function readQcow2Header(path: string): ImageInfo | undefined {
  const header = readBytes(path, 0, QCOW2_HEADER_BYTES);
  if (header.length < 32 || header.readUInt32BE(0) !== QCOW2_MAGIC) return undefined;
  const nameOffset = Number(header.readBigUInt64BE(8));
  const nameLength = header.readUInt32BE(16);
  const size = Number(header.readBigUInt64BE(24));
  if (nameOffset === 0) return { size, format: 'qcow2' };
  return { size, format: 'qcow2', backingFile: readBytes(path, nameOffset, nameLength).toString('utf8') };
}

function readBytes(path: string, offset: number, length: number): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    const count = readSync(descriptor, bytes, 0, length, offset);
    return bytes.subarray(0, count);
  } finally {
    closeSync(descriptor);
  }
}
