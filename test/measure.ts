/**
 * Duration of each piece of work over several interleaved rounds, so that noise meets all of them alike: the lower
 * quartile, because other work on the machine can only add to a duration.
 */
export async function quartileMilliseconds(
  rounds: number,
  work: Readonly<Record<string, () => PromiseLike<unknown>>>,
): Promise<Readonly<Record<string, number>>> {
  const times = new Map(Object.keys(work).map(name => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(work)) {
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, lowerQuartile(values)]));
}

function lowerQuartile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)] ?? NaN;
}
