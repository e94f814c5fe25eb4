import type { ImageFormat } from '../storage/backend.ts';
import { findStorage } from '../storage/config.ts';
import { backendOf } from '../storage/volumes.ts';
import { newCloudInitStorage, newDiskRequest } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';

/** The format of a new image: the one that was asked for, else `preferred` where the storage has it, else raw. */
export function imageFormatFor(drive: Drive, preferred: string = 'raw'): ImageFormat {
  const storage = newDiskRequest(drive)?.storage ?? newCloudInitStorage(drive) ?? 'local';
  return supportedFormat(storage, drive.properties.get('format') ?? preferred);
}

/** The format of a new, empty disk: what was asked for, whether the storage has it or not. */
export function wantedFormat(drive: Drive): ImageFormat {
  const wanted = drive.properties.get('format');
  return wanted === 'qcow2' || wanted === 'vmdk' ? wanted : 'raw';
}

/** A format if the storage has it, else the storage's own. */
export function supportedFormat(storage: string, wanted: string): ImageFormat {
  const { formats } = backendOf(findStorage(storage));
  return formats.find(format => format === wanted) ?? 'raw';
}
