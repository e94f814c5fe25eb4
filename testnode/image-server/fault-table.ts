import type { Fault, Faults } from './protocol.ts';

interface Pending {
  readonly fault: Fault;
  remaining: number;
}

/** The faults that are still to come, by URL. */
export interface FaultTable {
  /** The fault for one request, which uses it up. */
  take(url: string): Fault | undefined;
}

export function faultTable(faults: Faults): FaultTable {
  const pending = new Map(
    Object.entries(faults).map(([url, list]): [string, Pending[]] => [
      url,
      list.map(fault => ({ fault, remaining: fault.times ?? Infinity })),
    ]),
  );
  return {
    take: url => {
      const next = pending.get(url)?.find(({ remaining }) => remaining > 0);
      if (next === undefined) return undefined;
      next.remaining -= 1;
      return next.fault;
    },
  };
}
