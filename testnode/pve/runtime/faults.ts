import { readFileSync } from 'node:fs';
import { isSystemError } from './failure.ts';
import { nodeSettings } from './settings.ts';

/** Troubles that a test orders, in the node's faults file; a missing file means none. */
export interface Faults {
  /** VMIDs whose guest never reports an address. */
  readonly silentGuests?: readonly number[];
}

/** True when the guest of this VM is to keep its addresses for itself. */
export function isAgentSilent(vmid: number): boolean {
  return readFaults().silentGuests?.includes(vmid) ?? false;
}

export function readFaults(): Faults {
  try {
    // Written by the test that wants the trouble.
    return JSON.parse(readFileSync(nodeSettings().faultsFile, 'utf8')) as Faults;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return {};
    throw error;
  }
}
