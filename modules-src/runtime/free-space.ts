import { statfs } from 'node:fs/promises';
import { StepError } from './perform.ts';

/** Refuses early what would fill the file system. */
export async function requireSpace(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (bytes > free)
    throw spaceError(directory, `${shownSize(bytes)} are needed and ${shownSize(free)} are free`);
}

export function spaceError(directory: string, why: string): StepError {
  return new StepError(
    `there is not enough space in ${directory}: ${why}; free some, or choose another cache directory`,
    false,
  );
}

/** Bytes as people read them: 1.5 GiB. */
export function shownSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? 'B'}`;
}
