/** Median duration of each piece of work over several interleaved rounds, so that noise meets all of them alike. */
export async function medianMilliseconds(
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
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
