import { currentOf, nameOf, type Generation } from '../../pve/vms/generations/family.ts';
import { keptBecause, keptText } from '../../pve/vms/removal.ts';
import { prunable, type Observed, type Wanted } from './plan.ts';

interface Told {
  readonly vmid: number;
  readonly name: string;
  readonly number: number;
  /** Why an old one stays. */
  readonly kept?: string;
}

/** What became of the generations, for programs and in words. */
export function rotationReport(
  wanted: Wanted,
  observed: Observed,
  first: Observed,
): Readonly<Record<string, unknown>> {
  const current = currentOf(observed.generations);
  const old = new Set(prunable(wanted, observed).map(({ record }) => record.vmid));
  const left = new Set(observed.generations.map(({ record }) => record.vmid));
  const generations = observed.generations.map(one => told(one, old, observed));
  const removed = first.generations.map(({ record }) => record.vmid).filter(vmid => !left.has(vmid));
  return {
    node: observed.localNode,
    vmid: current?.record.vmid,
    generation: current?.number,
    generations,
    removed,
    ...(current !== undefined && inWords(wanted, current)),
    lines: [
      ...generations.filter(({ vmid }) => vmid !== current?.record.vmid).map(lineOf),
      ...removed.map(vmid => `removed: VM ${vmid}`),
    ],
  };
}

function told(one: Generation, old: ReadonlySet<number>, observed: Observed): Told {
  const { vmid } = one.record;
  const kept = old.has(vmid) ? keptBecause(one.record, observed) : undefined;
  return {
    vmid,
    name: nameOf(one.record),
    number: one.number,
    ...(kept !== undefined && { kept: keptText(kept) }),
  };
}

/** In check mode, the name stays where it is. */
const inWords = ({ name }: Wanted, { record, number }: Generation) => ({
  state: `template, generation ${number}`,
  takeover: nameOf(record) === name ? 'replaces the one before' : 'would replace the one before',
});

const lineOf = ({ vmid, name, number, kept }: Told): string =>
  `generation ${number}: VM ${vmid} (${name})${kept === undefined ? '' : `, kept: ${kept}`}`;
