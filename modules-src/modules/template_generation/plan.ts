import {
  behindReasons,
  currentOf,
  nameOf,
  type Family,
  type Generation,
  type Recipe,
} from '../../pve/vms/generations/family.ts';
import { generationName } from '../../pve/vms/generations/name.ts';

export interface Observed {
  /** Newest first. */
  readonly generations: readonly Generation[];
  readonly recipe: Recipe;
  /** It is to be on other nodes, too. */
  readonly isReplicated: boolean;
  /** The password is not that of the current generation. */
  readonly isOtherPassword: boolean;
}

/** The generation that the stages work on. */
export interface Choice {
  /** Undefined: it is yet to get one. */
  readonly vmid: number | undefined;
  readonly name: string;
  readonly number: number;
  /** Why the current one is not what is wanted; empty: it is. */
  readonly behind: readonly string[];
}

/**
 * The current generation while it is what is wanted; else the one that a run has begun with the same image and
 * settings; else a new one. While there is no whole one, its name is free to be taken at once, unless it must pass a test
 * or wait for other nodes.
 */
export function chooseGeneration(
  { name: family, template_test: test }: Family,
  { generations, recipe, isReplicated, isOtherPassword }: Observed,
): Choice {
  const current = currentOf(generations);
  const behind =
    current === undefined
      ? []
      : [...behindReasons(current, recipe), ...(isOtherPassword ? ['its password is not that of now'] : [])];
  if (current !== undefined && behind.length === 0) return { ...about(current), behind };
  const begun = generations.find(
    one =>
      !one.isWhole &&
      !one.isTouched &&
      one.number > (current?.number ?? 0) &&
      behindReasons(one, recipe).length === 0,
  );
  if (begun !== undefined) return { ...about(begun), behind };
  const number = (generations[0]?.number ?? 0) + 1;
  const isAtOnce = current === undefined && test === 'none' && !isReplicated;
  const name = isAtOnce ? family : generationName(family, number);
  return { vmid: undefined, name, number, behind };
}

const about = ({ record, number }: Generation): Omit<Choice, 'behind'> => ({
  vmid: record.vmid,
  name: nameOf(record),
  number,
});
