import { currentOf, generationName, nameOf, type Generation } from '../../pve/vms/generations.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { linkedClones } from '../../pve/vms/linked-clones.ts';
import { userDescription, withMarker } from '../../pve/vms/marker.ts';
import { requireChangeable } from '../../pve/vms/ownership.ts';
import { destroyStep, isProtected } from '../../pve/vms/removal.ts';
import { isOurSnippetOf, removeSnippetSteps } from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted {
  /** Name that moves from generation to generation. */
  readonly name: string;
  readonly template_keep: number;
}

export interface Observed {
  /** Newest first; in check mode with the one that earlier stages would have finished. */
  readonly generations: readonly Generation[];
  /** Every VM of the cluster. */
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  readonly localNode: string;
  /** Numbers of VMs that run here. */
  readonly running: ReadonlySet<number>;
  /** Paths of our snippets by number. */
  readonly snippets: ReadonlyMap<number, readonly string[]>;
}

/** The newest whole generation gets the name, the one that has it gives it up, and old ones that nobody needs go. */
export function planRotate(wanted: Wanted, observed: Observed): readonly Lane[] {
  const current = currentOf(observed.generations);
  if (current === undefined) {
    throw new UserError(
      `cannot give the name ${wanted.name} to a template: no generation of it is whole; ` +
        'make one first, for example with --tags vm,create,configure,template',
    );
  }
  const old = prunable(wanted, observed).filter(one => keptBecause(one, observed) === undefined);
  return [
    nameSteps(wanted, observed, current),
    ...old.map(one => removeSteps(one, observed.snippets.get(one.record.vmid) ?? [])),
  ];
}

/** The name is never missing: the new generation has it before the old one gives it up. */
function nameSteps({ name }: Wanted, { generations, localNode }: Observed, current: Generation): Lane {
  const losing = generations.filter(one => one !== current && nameOf(one.record) === name);
  const moves = [
    ...(nameOf(current.record) === name ? [] : [rename(current, name, name)]),
    ...losing.map(one => rename(one, generationName(name, one.number), name)),
  ];
  for (const { record } of moves)
    requireChangeable(record, localNode, `move the name ${name} to VM ${record.vmid}`);
  return moves.map(({ step }) => step);
}

/** A generation from before they were counted gets its mark with its name: by that alone it is found again. */
function rename(
  { record, number, marker }: Generation,
  name: string,
  family: string,
): { readonly record: VmRecord; readonly step: Step } {
  const before = nameOf(record);
  const text = userDescription(record.config.get('description') ?? '');
  const mark = { ...marker, vmid: record.vmid, generation: { family, number } };
  return {
    record,
    step: {
      summary: `rename VM ${record.vmid} from ${before} to ${name}`,
      action: qm('set', record.vmid, {
        name,
        ...(marker?.generation === undefined && { description: withMarker(text, mark) }),
      }),
      changes: [{ key: `name of ${record.vmid}`, before, after: name }],
    },
  };
}

/** Whole generations beyond those that are kept, and older ones that no run will finish any more. */
export function prunable(
  { template_keep: keep }: Wanted,
  { generations }: Pick<Observed, 'generations'>,
): Generation[] {
  const whole = generations.filter(({ isWhole }) => isWhole);
  const beyond = new Set(whole.slice(keep));
  const newest = whole[0]?.number ?? 0;
  return generations.filter(one => beyond.has(one) || (!one.isWhole && one.number < newest));
}

/** Why a generation stays although it is older than those that are kept; undefined: it may go. */
export function keptBecause({ record }: Generation, observed: Observed): string | undefined {
  const { config, vmid } = record;
  const names = (found: readonly VmRecord[]): string =>
    found.map(one => `${nameOf(one)} (${one.vmid})`).join(', ');
  const linked = linkedClones(record, observed.others, observed.storages);
  if (linked.length > 0) return `linked clones stand on it: ${names(linked)}`;
  // A copy made by hand has the template's own snippets.
  const readers = observed.others.filter(
    other => other.vmid !== vmid && isOurSnippetOf(vmid, other.config.get('cicustom') ?? ''),
  );
  if (readers.length > 0) return `its snippets are used by ${names(readers)}`;
  if (isProtected(config)) return 'it is protected';
  if (config.has('lock')) return `it is locked (${config.get('lock') ?? ''})`;
  return observed.running.has(vmid) ? 'it runs' : undefined;
}

/** Its snippets first: of a VM that is gone nobody would look for them. */
function removeSteps({ record, number }: Generation, snippets: readonly string[]): Lane {
  const label = `generation ${number}, VM ${record.vmid} (${nameOf(record)})`;
  const steps = [...removeSnippetSteps(snippets), destroyStep(record.vmid, label)];
  return steps.map(step => ({ ...step, subject: String(record.vmid) }));
}
