import { statfs } from 'node:fs/promises';
import { normalize } from 'node:path';
import { UserError } from '../sdk/error.ts';
import { optionName } from '../sdk/option-name.ts';
import { StepError } from '../sdk/step-error.ts';
import type { ByteLimits } from '../sdk/image.ts';

const noSpace = (directory: string): string => `there is not enough space in ${directory}`;
const MAKE_SPACE = 'free some, or choose another cache directory';

/** What a file in the making may come to, whatever its source says. */
export interface SizeLimit {
  readonly bytes: number;
  /** Refuses what goes beyond it. */
  readonly refuse: () => never;
}

/**
 * Refuses early what would fill the file system or is larger than allowed; `bytes` are those to come, where that is known.
 * Answers how many may come at most.
 */
export async function limitFor(
  directory: string,
  { maxSize = Infinity, reserve }: ByteLimits,
  bytes = 0,
  written = 0,
): Promise<SizeLimit> {
  const { bavail, bsize } = await statfs(directory);
  const free = Math.max(0, bavail * bsize - reserve);
  if (bytes + written > maxSize) tooLarge(bytes + written, maxSize);
  if (bytes > free)
    throw new StepError(
      `${noSpace(directory)}: ${shownSize(bytes)} are needed and ${shownSize(free)} are free` +
        `${reserve > 0 ? ` beside the ${shownSize(reserve)} that stay free` : ''}; ${MAKE_SPACE}`,
      false,
    );
  const most = Math.min(free, maxSize - written);
  return {
    bytes: most,
    refuse: () => (most === free ? fillsUp(directory, free) : tooLarge(Infinity, maxSize)),
  };
}

function fillsUp(directory: string, free: number): never {
  throw new UserError(
    `it does not end within the ${shownSize(free)} that ${directory} has to give; ` +
      `if it is that large, free some space, lower ${optionName('cloud_image_reserve')}, or choose another cache directory`,
  );
}

function tooLarge(bytes: number, maxSize: number): never {
  const size = bytes === Infinity ? 'larger' : `${shownSize(bytes)}, more`;
  throw new UserError(
    `it is ${size} than the ${shownSize(maxSize)} that are allowed; raise ${optionName('cloud_image_max_size')} if that is right`,
  );
}

/** Whether an error says that a file system is full. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

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
