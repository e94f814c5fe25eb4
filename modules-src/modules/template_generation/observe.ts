import { currentOf, generationsOf, type Generation } from '../../pve/vms/generations/family.ts';
import { nextValues } from '../../pve/text/vm-config.ts';
import { freeVmids, parseRange, rangeIsFull } from '../../pve/vms/vmids/range.ts';
import { cachedDigest, isOutdatedBy } from '../../pve/images/digest.ts';
import { passwordHash } from '../../pve/cloud-init/password.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { READ_VMS, readVm, surveyVms } from '../../pve/vms/find.ts';
import { settingsDigest } from '../../pve/vms/generations/settings-digest.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { GuestEntry } from '../../sdk/readings.ts';
import { APART, recipeOptions, type Wanted } from './params.ts';
import { chooseGeneration, type Choice, type Observed } from './plan.ts';

/** What was found and, with its VMID, the generation that the stages are to work on. */
export interface Found extends Observed {
  /** Check mode leaves an image where it is that may be another one, or not. */
  readonly isImageUnknown: boolean;
  readonly choice: Choice & { readonly vmid: number };
}

export const GENERATION_ASKS = [
  ...READ_VMS,
  'readRemains',
  'readText',
  'crypt',
  'readImage',
  'keepVmid',
] as const;

type Asked = Part<(typeof GENERATION_ASKS)[number]>;

export async function observeGenerations(
  wanted: Wanted,
  { checkMode }: Pick<Circumstances, 'checkMode'>,
  cluster: Asked,
): Promise<Found> {
  const { guests, records } = await surveyVms(cluster);
  const generations = await Promise.all(
    generationsOf(wanted, cluster.node, records).map(one => withOwnRemains(one, wanted, cluster)),
  );
  const current = currentOf(generations);
  const cached = await cachedDigest(wanted, cluster);
  const isSettled = !checkMode || wanted.next_image === 'same';
  const isOutdated = isOutdatedBy(wanted.next_image, current?.marker?.digest, cached);
  const observed = {
    generations,
    isReplicated: wanted.template_nodes?.some(node => node !== cluster.node) === true,
    recipe: {
      digest: isSettled ? cached : isOutdated ? TO_BE_FETCHED : undefined,
      settings: await readSettings(wanted, cluster),
    },
    isImageUnknown: !isSettled && !isOutdated,
    isOtherPassword: current !== undefined && (await hasOtherPassword(wanted, current, cluster)),
  };
  const choice = chooseGeneration(wanted, observed);
  return {
    ...observed,
    choice: {
      ...choice,
      vmid: choice.vmid ?? (await newVmid(wanted, choice, observed, { guests, records, checkMode }, cluster)),
    },
  };
}

interface Scene {
  readonly guests: readonly GuestEntry[];
  readonly records: readonly VmRecord[];
  readonly checkMode: boolean;
}

/** What an import of ours, interrupted or at work, has changed in one that is half made is nobody's change. */
async function withOwnRemains(generation: Generation, family: Wanted, cluster: Asked): Promise<Generation> {
  const { isTouched, isWhole, record } = generation;
  if (!isTouched || isWhole) return generation;
  if ((await cluster.readRemains(record.vmid)) !== undefined) return { ...generation, isTouched: false };
  // What was at work may have ended since.
  const now = await readVm(record.vmid, cluster);
  const [again = generation] = generationsOf(family, cluster.node, now === undefined ? [] : [now]);
  return again;
}

/**
 * The first generation takes the VMID that is given, all others that of a creation of theirs that was killed before it
 * had a name, else the first of the range that was free when the generations were looked at: one that another controller
 * has begun since is the same one. It is kept for that generation, so that two controllers at once choose the same VMID, and
 * another template another one.
 */
async function newVmid(
  { vmid, template_vmid_range: range, vmid_reserved: reserved = [] }: Wanted,
  { name }: Choice,
  { generations }: Observed,
  { guests, records, checkMode }: Scene,
  { keepVmid, node }: Asked,
): Promise<number> {
  if (vmid !== undefined && generations.length === 0) return vmid;
  const begun = records.find(({ begunAs }) => begunAs === name);
  if (begun !== undefined) return begun.vmid;
  const free = freeVmids(parseRange(range), guests, reserved);
  const found = checkMode ? free[0] : await keepVmid(`${name} on ${node}`, free);
  if (found === undefined) throw rangeIsFull(name, range);
  return found;
}

/** What stands for the digest of an image that check mode leaves where it is: no template is of it. */
const TO_BE_FETCHED = 'one that is still to be fetched';

async function readSettings(wanted: Wanted, cluster: Asked): Promise<string> {
  const values = Object.entries(wanted).filter(
    ([name]) => Object.hasOwn(recipeOptions, name) && !APART.has(name),
  );
  const texts = await Promise.all(
    values.map(async ([name, value]) => [name, await contentOf(name, value, cluster)]),
  );
  return settingsDigest(wanted.name, Object.fromEntries(texts));
}

/** A file of the node counts by what it says; one that is missing is refused by the module that needs it. */
async function contentOf(name: string, value: unknown, { readText }: Asked): Promise<unknown> {
  if (!name.endsWith('_file') || typeof value !== 'string') return value;
  return (await readText(value).catch(() => undefined)) ?? value;
}

/** Compared by the stored salt: a digest in the description would invite to guess it. */
async function hasOtherPassword(
  { cloud_init_password: password }: Wanted,
  { record }: Generation,
  cluster: Asked,
): Promise<boolean> {
  if (password === undefined) return false;
  const stored = nextValues(record.config).get('cipassword');
  return (await passwordHash(password, stored, cluster)) !== stored;
}
