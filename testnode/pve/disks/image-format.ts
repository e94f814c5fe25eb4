import type { ImageFormat } from '../storage/backend.ts';
import { findStorage } from '../storage/config.ts';
import { backendOf } from '../storage/volumes.ts';
import { newCloudInitStorage, newDiskRequest } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';

/** The format of a new image: the one that was asked for, else `preferred`, where the storage has it; else the storage's own. */
export function imageFormatFor(drive: Drive, preferred?: string): ImageFormat {
  return supportedFormat(storageOf(drive), drive.properties.get('format') ?? preferred);
}

/** The format of a new, empty disk: what was asked for, whether the storage has it or not. */
export function wantedFormat(drive: Drive): ImageFormat {
  const wanted = drive.properties.get('format');
  if (wanted === undefined) return supportedFormat(storageOf(drive), undefined);
  return wanted === 'qcow2' || wanted === 'vmdk' ? wanted : 'raw';
}

/** A format if the storage has it, else the storage's own: what its `format` says, or raw. */
export function supportedFormat(storage: string, wanted: string | undefined): ImageFormat {
  const found = findStorage(storage);
  const { formats } = backendOf(found);
  const own = found.options.get('format');
  return formats.find(format => format === wanted) ?? formats.find(format => format === own) ?? 'raw';
}

function storageOf(drive: Drive): string {
  return newDiskRequest(drive)?.storage ?? newCloudInitStorage(drive) ?? 'local';
}
