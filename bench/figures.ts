/** What came out of several runs of the same piece of work. */
export interface Figure {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly runs: number;
}

export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number): number => sorted[index] ?? NaN;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    lowest: at(0),
    highest: at(sorted.length - 1),
    runs: sorted.length,
  };
}

/** `values` against `others`, round by round: what slows the machine down slows both of a round. */
export function ratio(values: readonly number[], others: readonly number[]): Figure {
  const rounds = Math.min(values.length, others.length);
  return figure(values.slice(0, rounds).map((value, round) => value / (others[round] ?? NaN)));
}

export const seconds = ({ median, lowest, highest }: Figure): string =>
  `${median.toFixed(2)} (${lowest.toFixed(2)}–${highest.toFixed(2)})`;
