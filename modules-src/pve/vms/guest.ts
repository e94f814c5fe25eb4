import type { GuestEntry, GuestReading } from '../../sdk/readings.ts';
import { parseVmConfig, type VmConfig } from '../text/vm-config.ts';

export interface VmRecord extends GuestEntry {
  readonly config: VmConfig;
  /** Name for which a run of ours began to make it, where the stub of that is all that is left. */
  readonly begunAs?: string;
}

export const recordOf = ({ text, ...guest }: GuestReading): VmRecord => ({
  ...guest,
  config: parseVmConfig(text),
});
