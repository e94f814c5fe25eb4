/**
 * Burns processor time, as PVE does while Perl loads its modules: about 0.42 s in each call. Slept time would let
 * calls overlap on one core, which real calls cannot. What has been spent since `start` counts.
 */
export function burn(seconds: number, start = process.cpuUsage()): void {
  let sum = 0;
  while (spentSince(start) < seconds) {
    for (let round = 0; round < 100_000; round += 1) sum += Math.sqrt(round);
  }
  if (Number.isNaN(sum)) throw new Error('square roots of natural numbers are numbers');
}

function spentSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
