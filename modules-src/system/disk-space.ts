import { statfs } from 'node:fs/promises';
import { normalize } from 'node:path';
import { StepError } from '../sdk/step-error.ts';

const noSpace = (directory: string): string => `there is not enough space in ${directory}`;
const MAKE_SPACE = 'free some, or choose another cache directory';

/** Refuses early what would fill the file system. */
export async function requireSpace(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (bytes > free)
    throw new StepError(
      `${noSpace(directory)}: ${shownSize(bytes)} are needed and ${shownSize(free)} are free; ${MAKE_SPACE}`,
      false,
    );
}

/** The kernel's own file systems keep nothing; making a directory in /proc never even comes back (Node.js 18 to 22). */
export function requireOrdinaryDirectory(directory: string): void {
  const [, system] = /^(\/proc|\/sys|\/dev\/pts)(\/|$)/.exec(normalize(directory)) ?? [];
  if (system === undefined) return;
  throw new StepError(
    `${directory} cannot keep images: ${system} belongs to the kernel; choose another cache directory`,
    false,
  );
}

/** What the system's error codes mean for a directory that is to be written to. */
const REASONS: Readonly<Record<string, (directory: string) => string>> = {
  ENOSPC: directory => `${noSpace(directory)}: the file system is full; ${MAKE_SPACE}`,
  EDQUOT: directory => `${noSpace(directory)}: its quota is used up; ${MAKE_SPACE}`,
  EACCES: directory => `${directory} cannot be written to; check its owner and mode, or choose another`,
  EPERM: directory => `${directory} cannot be written to; check its owner and mode, or choose another`,
  EROFS: directory => `${directory} is read-only; choose another cache directory`,
  ENOTDIR: directory => `${directory} is no directory; choose another cache directory`,
  EEXIST: directory => `${directory} is no directory; choose another cache directory`,
  EIO: directory => `the disk under ${directory} fails; see dmesg`,
};

/** Turns an error of the file system into words; any other stays what it is. */
export function diskFailure(error: unknown, directory: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code];
  return reason === undefined ? error : new StepError(`${reason(directory)} (${code})`, false);
}

/** Bytes as people read them: 1.5 GiB. */
export function shownSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? 'B'}`;
}
