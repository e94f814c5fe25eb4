export type Rounds = Readonly<Record<string, readonly number[]>>;

/** Seconds of each piece of work over several interleaved rounds, so that what else the machine does meets all of them alike. */
export async function measure(
  rounds: number,
  works: Readonly<Record<string, () => PromiseLike<unknown>>>,
): Promise<Rounds> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now();
      await work();
      (times[name] ??= []).push((performance.now() - start) / 1000);
    }
  }
  return times;
}
