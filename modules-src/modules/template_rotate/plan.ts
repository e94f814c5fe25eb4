import type { Storage } from '../../pve/text/storage-config.ts';
import { recoverySteps } from '../../pve/vms/begun.ts';
import { generationName, isOfFamily } from '../../pve/vms/generations/name.ts';
import { currentOf, nameOf, type Generation } from '../../pve/vms/generations/family.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { changedDescription, type GenerationMark } from '../../pve/vms/marker.ts';
import { requireChangeable } from '../../pve/vms/ownership.ts';
import { hiddenWarnings, removeGeneration, type OwnFiles } from '../../pve/cloud-init/own-files.ts';
import type { TemplateTest } from '../../pve/vms/generations/options.ts';
import { keptBecause } from '../../pve/vms/removal.ts';
import type { BegunRemoval, ClusterLists } from '../../sdk/readings.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted {
  /** Of the generation that was worked on. */
  readonly vmid: number;
  /** Name that moves from generation to generation. */
  readonly name: string;
  readonly generation: GenerationMark & { readonly first?: number | undefined };
  readonly template_keep: number;
  readonly template_test?: TemplateTest | undefined;
  /** Nodes that it is to be on. */
  readonly template_nodes?: readonly string[] | undefined;
}

export interface Observed {
  /** Newest first; in check mode with the one that earlier stages would have finished. */
  readonly generations: readonly Generation[];
  /** What other nodes lack for the generation that was worked on, and waits for its like there, to be released. */
  readonly lacking: readonly string[];
  /** Every VM of the cluster. */
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  readonly lists: ClusterLists;
  /** Nodes that are down, and of whose guests nobody tells. */
  readonly lost: readonly string[];
  /** Removals on this node that did not end. */
  readonly removals: readonly BegunRemoval[];
  readonly localNode: string;
  /** VMIDs of VMs that run here. */
  readonly running: ReadonlySet<number>;
  /** Our snippets and drives by VMID. */
  readonly files: ReadonlyMap<number, OwnFiles>;
}

/** The newest whole generation gets the name, the one that has it gives it up, and old ones that nobody needs go. */
export function planRotate(wanted: Wanted, observed: Observed): readonly Lane[] {
  const { lacking } = observed;
  if (lacking.length > 0) {
    throw new UserError(
      `cannot give the name ${wanted.name} to VM ${wanted.vmid}: ${lacking.join(', and ')}, so the name stays where it was on every node; ` +
        `run the play again for all nodes, and with ${optionName('cloud_image_refresh')}: if-changed where their caches have other images`,
    );
  }
  const current = currentOf(observed.generations);
  if (current === undefined) {
    throw new UserError(
      `cannot give the name ${wanted.name} to a template: no generation of it is whole; ` +
        'make one first, for example with --tags vm,create,configure,template',
    );
  }
  const old = going(wanted, observed);
  const removal = ({ record, number }: Generation): Lane =>
    removeGeneration(record, number, observed.files.get(record.vmid));
  const moves = nameSteps(wanted, observed, current, one => (old.includes(one) ? removal(one) : undefined));
  return [
    ...observed.removals.filter(({ name }) => isOfFamily(wanted.name, name)).map(finishRemoval),
    moves,
    ...old.filter(({ record }) => nameOf(record) !== wanted.name).map(removal),
  ];
}

const going = (wanted: Wanted, observed: Observed): readonly Generation[] =>
  prunable(wanted, observed).filter(({ record }) => keptBecause(record, observed) === undefined);

/** A generation that is gone is found by the note of its removal alone. */
const finishRemoval = ({ vmid, name, remains }: BegunRemoval): Lane =>
  recoverySteps({ vmid, name }, remains).map(step => ({ ...step, subject: String(vmid) }));

/** The name is never missing: the new generation has it before the old one gives it up, or goes with it. */
function nameSteps(
  wanted: Wanted,
  observed: Observed,
  current: Generation,
  removalOf: (one: Generation) => Lane | undefined,
): Lane {
  const { name } = wanted;
  const gaining = nameOf(current.record) === name ? [] : [current];
  const losing = namesakes(wanted, observed).filter(one => mayBeRenamed(wanted, one));
  for (const { record } of [...gaining, ...losing])
    requireChangeable(record, observed.localNode, `move the name ${name} to VM ${record.vmid}`);
  return [
    ...gaining.map(one => rename(one, name, name)),
    ...losing.flatMap(one => removalOf(one) ?? [rename(one, generationName(name, one.number), name)]),
  ];
}

/** Others than the current generation that have the name. */
function namesakes({ name }: Wanted, { generations }: Observed): readonly Generation[] {
  const current = currentOf(generations);
  return generations.filter(one => one !== current && nameOf(one.record) === name);
}

/** One that we made, or a template that the user has named as the first by its VMID. */
const mayBeRenamed = ({ generation }: Wanted, { doubt, isWhole, record }: Generation): boolean =>
  doubt === undefined || (isWhole && record.vmid === generation.first);

export function rotationNotices(wanted: Wanted, observed: Observed, first: Observed): Notices {
  const left = namesakes(wanted, observed).filter(one => !mayBeRenamed(wanted, one));
  return {
    warnings: [
      ...left.map(
        ({ record: { vmid }, doubt, number }) =>
          `VM ${vmid} keeps the name ${wanted.name}, because ${doubt ?? ''}; ` +
          `rename it with \`qm set ${vmid} --name ${generationName(wanted.name, number)}\``,
      ),
      ...givenUp(wanted, observed),
      ...going(wanted, first).flatMap(({ record: { vmid } }) =>
        hiddenWarnings(first.files.get(vmid)?.snippets.hidden ?? [], first.localNode),
      ),
    ],
  };
}

/** What was begun for other settings, or another image, than are wanted now: another play may go on with it. */
function givenUp(wanted: Wanted, { generations, others, localNode }: Observed): readonly string[] {
  const current = currentOf(generations);
  const newer = generations.filter(
    ({ record, number, isWhole }) =>
      !isWhole && number > (current?.number ?? Infinity) && record.vmid !== wanted.vmid,
  );
  const stubs = others.filter(
    ({ vmid, node, begunAs }) =>
      node === localNode && vmid !== wanted.vmid && isOfFamily(wanted.name, begunAs ?? ''),
  );
  const why = `generation ${current?.number ?? ''} is what this play wants; if no other goes on with it, remove it with`;
  return [
    ...newer.map(
      ({ record, number }) =>
        `VM ${record.vmid} (${nameOf(record)}) was begun as generation ${number} and is not finished, and ${why} \`qm destroy ${record.vmid} --purge\``,
    ),
    ...stubs.map(
      ({ vmid, begunAs }) =>
        `VM ${vmid} is what an interrupted creation of ${begunAs ?? ''} has left, and ${why} \`qm destroy ${vmid} --skiplock 1\``,
    ),
  ];
}

/**
 * A generation from before they were counted gets its mark with its name: by that alone it is found again. One that waited
 * for other nodes, or was made for a test which nobody asks for any more, is a candidate no longer.
 */
function rename({ record, number, marker }: Generation, name: string, family: string): Step {
  const before = nameOf(record);
  const { untested, held, ...found } = marker?.generation ?? { family, number };
  const isMarked = marker?.generation !== undefined && untested !== true && held !== true;
  const mark = { generation: found };
  return {
    summary: `rename VM ${record.vmid} from ${before} to ${name}`,
    action: qm('set', record.vmid, {
      name,
      ...(!isMarked && { description: changedDescription(record.config, record.vmid, { marker: mark }) }),
    }),
    changes: [{ key: `name of ${record.vmid}`, before, after: name }],
  };
}

/**
 * Whole generations beyond those that are kept, older ones that no run will finish any more, and those that somebody has
 * taken for something else: what may go, or is told why it stays.
 */
export function prunable(
  { template_keep: keep }: Pick<Wanted, 'template_keep'>,
  { generations }: Pick<Observed, 'generations'>,
): Generation[] {
  const whole = generations.filter(({ isWhole, isTaken }) => isWhole && !isTaken);
  const beyond = new Set(whole.slice(keep));
  const newest = whole[0]?.number ?? 0;
  return generations.filter(one => beyond.has(one) || one.isTaken || (!one.isWhole && one.number < newest));
}
