import type { VmRecord } from '../../pve/vms/guest.ts';
import { generationsOf, type Generation } from '../../pve/vms/generations/family.ts';
import { isWholeTemplate } from '../../pve/vms/template-disks.ts';
import type { Observed, Wanted } from './plan.ts';

/** What a generation that waits for its like on other nodes is seen from. */
interface Sight {
  readonly node: string;
  /** Every VM of the cluster. */
  readonly records: readonly VmRecord[];
  /** Nodes that are down: by SSH their VMs can be read all the same. */
  readonly lost: readonly string[];
}

/**
 * The generations of a node, where one that waits for its like on other nodes is whole as soon as each of them has it; else
 * what those lack.
 */
export function released(
  wanted: Wanted,
  generations: readonly Generation[],
  sight: Sight,
): Pick<Observed, 'generations' | 'lacking'> {
  const held = generations.find(one => isReady(wanted, one));
  if (held === undefined) return { generations, lacking: [] };
  const others = (wanted.template_nodes ?? []).filter(other => other !== sight.node);
  const lacking = others.flatMap(other => lackOf(wanted, held, other, sight) ?? []);
  if (lacking.length > 0) return { generations, lacking };
  return { generations: generations.map(one => (one === held ? { ...one, isWhole: true } : one)), lacking };
}

function lackOf(
  wanted: Wanted,
  held: Generation,
  node: string,
  { records, lost }: Sight,
): string | undefined {
  // One that died within the run cannot be given the name.
  if (lost.includes(node)) return `${node} is down`;
  return hasLike(wanted, held, node, records)
    ? undefined
    : `${node} has no whole generation of the same image and settings`;
}

/** The one that was worked on, when nothing but other nodes keeps it from being the current one. */
const isReady = (
  { vmid, template_test: test }: Wanted,
  { record, marker, isWhole, isTaken }: Generation,
): boolean =>
  record.vmid === vmid &&
  !isWhole &&
  !isTaken &&
  marker?.generation?.held === true &&
  isWholeTemplate(record.config) &&
  (marker.generation.untested !== true || test === 'none');

/**
 * Made of the same image with the same settings, and as good as this one, whether it has the name already or not. Of an image
 * whose digest nobody knows nothing tells that it is the same.
 */
const hasLike = (wanted: Wanted, held: Generation, node: string, records: readonly VmRecord[]): boolean =>
  (held.marker?.digest !== undefined || held.marker?.image === undefined) &&
  generationsOf({ ...wanted, vmid: undefined, template_nodes: [node] }, node, records).some(
    ({ isWhole, isTaken, marker }) =>
      isWhole &&
      !isTaken &&
      marker?.digest === held.marker?.digest &&
      marker?.generation?.settings === held.marker?.generation?.settings,
  );
