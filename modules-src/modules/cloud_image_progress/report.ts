import { shownSize } from '../../system/disk-space.ts';

/** What a look at the partial download found. */
export interface Sample {
  /** Milliseconds of a clock that only goes forward. */
  readonly at: number;
  /** Bytes that are there; undefined when nothing is being downloaded. */
  readonly bytes: number | undefined;
  /** Bytes of the whole file, where the server has told. */
  readonly total: number | undefined;
}

/**
 * Often at first, seldom later: each look is a task that includes the next one, and Python's recursion ends
 * ansible-playbook at about 240 of them (ansible-core 2.19).
 */
export function secondsToWait(ageSeconds: number, timeout: number): number {
  if (ageSeconds < 5) return 2;
  if (ageSeconds < 60) return 5;
  if (ageSeconds < 600) return 15;
  return Math.max(60, timeout / 100);
}

/** How far a download is. */
export function progressReport(
  isEnded: boolean,
  samples: readonly Sample[],
): Readonly<Record<string, unknown>> {
  const [first, last] = [samples[0], samples.at(-1)];
  if (isEnded) return { ended: true, progress: 'done' };
  if (last?.bytes === undefined) return { ended: false, progress: 'asking for the image, or unpacking it' };
  const { bytes, total } = last;
  const rate = first === undefined ? 0 : rateOf(first, last);
  return {
    ended: false,
    progress: bytes === total ? `${shownSize(bytes)} are there, being verified` : shown(bytes, total, rate),
    bytes,
    ...(total !== undefined && { total }),
    mb_per_second: round(rate / 1e6),
  };
}

/** Bytes per second; what an earlier run had brought is no speed of this one. */
function rateOf(first: Sample, last: Sample): number {
  if (first.bytes === undefined || last.bytes === undefined) return 0;
  return Math.max(0, ((last.bytes - first.bytes) / Math.max(1, last.at - first.at)) * 1000);
}

function shown(bytes: number, total: number | undefined, rate: number): string {
  const speed = `${round(rate / 1e6)} MB/s`;
  if (total === undefined) return `${shownSize(bytes)}, ${speed}`;
  const left = rate > 0 ? `, ${Math.ceil((total - bytes) / rate)} s left` : '';
  return `${Math.floor((bytes / total) * 100)} % of ${shownSize(total)}, ${speed}${left}`;
}

const round = (value: number): number => Number(value.toFixed(1));
