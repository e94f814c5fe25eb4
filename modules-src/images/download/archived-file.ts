import type { ArchiveKind } from '../../pve/images/header.ts';
import { UserError } from '../../sdk/error.ts';
import type { SizeLimit } from '../../system/disk-space.ts';

/** A file in an archive. Its name is shown and never used. */
export interface ArchivedFile {
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  readonly content: AsyncIterator<Buffer, unknown>;
}

/** Shows each file of an archive to `visit`, which need not read it; links, devices and directories are none. */
export type ReadArchive = (
  path: string,
  limit: SizeLimit,
  visit: (file: ArchivedFile) => Promise<void>,
) => Promise<void>;

/** Of a disk image and what lies beside it; a whole system has more. */
const MOST_FILES = 10_000;

export function requireFew(kind: ArchiveKind, files: number): void {
  if (files > MOST_FILES)
    throw new UserError(
      `it is a ${kind} archive of more than ${MOST_FILES} files, such as a whole system; give the URL of a disk image`,
    );
}
