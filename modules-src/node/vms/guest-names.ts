import { readFileSync } from 'node:fs';
import type { GuestEntry } from '../../sdk/readings.ts';
import { isMissing } from '../../system/files.ts';
import { configFile } from './files.ts';

/** Read at once: of thousands of small files, each costs a third of what it does asynchronously. */
export const readGuestNames = (guests: readonly GuestEntry[]): Promise<ReadonlyMap<number, string>> =>
  Promise.resolve(
    new Map(
      guests.flatMap((guest): [number, string][] => {
        const name = nameIn(textOf(configFile(guest)));
        return name === undefined ? [] : [[guest.vmid, name]];
      }),
    ),
  );

/** A section below the first is a snapshot, whose name is the one of another day. */
const nameIn = (text: string): string | undefined =>
  /^(?:name|hostname): (\S+)$/m.exec(text.split(/^\[/m, 1)[0] ?? '')?.[1];

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}
