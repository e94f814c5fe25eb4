import { statSync } from 'node:fs';
import { allVmids, ownerOf } from '../config/cluster.ts';
import { loadConfig } from '../config/store.ts';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { warn } from '../runtime/output.ts';
import type { ImageInfo } from '../storage/backend.ts';
import type { CopyEnd } from '../storage/qemu-img.ts';
import { probeImage } from '../storage/image-file.ts';
import { inspectVolume, volumePath } from '../storage/volumes.ts';
import { drivesOf } from '../config/drive.ts';

const FORMAT_BY_NAME = /\.(raw|qcow2|qed|vmdk|cow|qcow|cloop)$/;

/** An image to copy from: where it is, how large its disk is. */
export interface ImportSource extends CopyEnd {
  readonly size: number;
}

/** An image given by its path, checked as `import-from` does: it must be self-contained and not empty. */
export function untrustedSource(path: string): ImportSource {
  if (!isRegularFile(path)) throw new PveFailure(`can't find file '${path}'`);
  const source = readSource(path);
  if (source.backingFile !== undefined) {
    throw new PveFailure(`backing file not allowed for untrusted image '${path}'!`);
  }
  if (source.size === 0) throw new PveFailure(`could not get file size of ${path}`);
  return source;
}

/** An image given by its path, checked as `importdisk` does: it must exist. */
export function trustedSource(path: string): ImportSource {
  if (!path.startsWith('/') || !isRegularFile(path)) {
    throw new PveFailure(`${path}: non-existent or non-regular file`);
  }
  return readSource(path);
}

/** A volume of a storage as a source; a missing one is a failure. */
export function volumeSource(volid: string): ImportSource {
  const { size, format } = inspectOrWarn(volid);
  if (size === 0) throw new PveFailure(`could not get size of ${volid}`);
  return { path: volumePath(volid), format, size };
}

function inspectOrWarn(volid: string): ImageInfo {
  try {
    return inspectVolume(volid);
  } catch (error) {
    warn(messageOf(error));
    return { size: 0, format: '' };
  }
}

/** The drive of another VM that a volume is, for messages. */
export function driveNameOf(volid: string): string | undefined {
  for (const vmid of allVmids()) {
    const owner = ownerOf(vmid);
    if (owner?.kind !== 'VM') continue;
    const drive = drivesOf(loadConfig(vmid, owner.node).current).find(({ file }) => file === volid);
    if (drive) return drive.slot;
  }
  return undefined;
}

// The format is what the name says; without a telling name what qemu-img finds inside.
function readSource(path: string): ImportSource & { readonly backingFile?: string } {
  const named = FORMAT_BY_NAME.exec(path)?.[1];
  const probed = probeImage(path);
  const trusted = named === 'raw' ? probeImage(path, 'raw') : probed;
  return {
    path,
    format: named ?? probed?.format ?? 'raw',
    size: trusted?.size ?? 0,
    ...(trusted?.backingFile === undefined ? {} : { backingFile: trusted.backingFile }),
  };
}

function isRegularFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
