import { UserError } from '../../../sdk/error.ts';
import { optionName } from '../../../sdk/option-name.ts';
import { defineOptions, type Pattern } from '../../../sdk/option.ts';
import type { GuestEntry } from '../../../sdk/readings.ts';
import type { VmRecord } from '../guest.ts';
import { readMarker } from '../marker.ts';

const RANGE: Pattern = {
  regex: '^[1-9][0-9]{2,8}-[1-9][0-9]{2,8}$',
  says: 'two VMIDs such as 300-399, the smaller one first',
};

export const rangeOption = defineOptions({
  vmid_range: {
    type: 'str',
    pattern: RANGE,
    description: [
      'VMIDs to take the VM’s from when it has none: the first that is free.',
      'Later runs know the VM by its name and by the mark in its notes.',
    ],
    example: '300-399',
  },
});

/** Both ends belong to it. */
export interface VmidRange {
  readonly first: number;
  readonly last: number;
}

export function parseRange(text: string): VmidRange {
  const [first = 0, last = 0] = text.split('-').map(Number);
  if (first > last)
    throw new UserError(`cannot take a VMID from ${text}: its first is greater than its last; swap them`);
  return { first, last };
}

/** More than so many are never tried; a range may be all that there are. */
const ENOUGH = 1000;

/** The first VMIDs of the range that no guest has and that are not kept for others, in their order. */
export function freeVmids(
  { first, last }: VmidRange,
  guests: readonly GuestEntry[],
  reserved: readonly number[] = [],
): number[] {
  const taken = new Set([...guests.map(({ vmid }) => vmid), ...reserved]);
  const free: number[] = [];
  for (let vmid = first; vmid <= last && free.length < ENOUGH; vmid++) if (!taken.has(vmid)) free.push(vmid);
  return free;
}

/** Which VM a name means, nobody can tell: why, and what to do, apart for who tells them apart. */
export class AmbiguousName extends UserError {
  readonly why: string;
  readonly fix: string;

  constructor(why: string, fix: string) {
    super(`${why}; ${fix}`);
    this.why = why;
    this.fix = fix;
  }
}

/** The VMID of the VM that this role made under a name; a namesake of somebody else's is never taken for it. */
export function vmidOfName(name: string, records: readonly VmRecord[]): number | undefined {
  const namesakes = records.filter(({ kind, config }) => kind === 'qemu' && config.get('name') === name);
  const ours = namesakes.filter(
    ({ vmid, config }) => readMarker(config.get('description'), vmid) !== undefined,
  );
  const [found, ...others] = ours.length > 0 ? ours : namesakes;
  if (found === undefined) return undefined;
  if (others.length > 0) {
    const places = namesakes.map(({ vmid, node }) => `${vmid} on ${node}`).join(' and ');
    throw new AmbiguousName(
      `cannot tell which VM is ${name}: ${places} have that name`,
      `say which one by ${optionName('vmid')}`,
    );
  }
  if (ours.length > 0) return found.vmid;
  throw new AmbiguousName(
    `cannot choose a VMID for ${name}: VM ${found.vmid} on node ${found.node} has that name and was not made by this role`,
    `set ${optionName('vmid')}: ${found.vmid} if it is the one you mean, or choose another name`,
  );
}

export const rangeIsFull = (name: string, range: string): UserError =>
  new UserError(`cannot choose a VMID for ${name}: every VMID of ${range} is taken; widen the range`);
