import { lookupKey } from './protocol.ts';
import type { Fault, Faults } from './protocol.ts';

interface Pending {
  readonly fault: Fault;
  remaining: number;
}

/** The faults that are still to come, by URL. */
export interface FaultTable {
  /** The fault for one request, which uses it up. */
  take(key: string): Fault | undefined;
}

export function faultTable(faults: Faults): FaultTable {
  const pending = new Map(
    Object.entries(faults).map(([url, list]): [string, Pending[]] => [
      lookupKey(url),
      list.map(fault => ({ fault, remaining: fault.times ?? Infinity })),
    ]),
  );
  return {
    take: key => {
      const next = pending.get(key)?.find(({ remaining }) => remaining > 0);
      if (next === undefined) return undefined;
      next.remaining -= 1;
      return next.fault;
    },
  };
}
