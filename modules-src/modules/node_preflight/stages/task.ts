import { lookFor } from '../../../runtime/look.ts';
import { maskSecrets, secretsOf } from '../../../runtime/mask.ts';
import type { Part } from '../../../sdk/cluster.ts';
import type { Answer, ModuleDefinition } from '../../../sdk/define-module.ts';
import type { Options } from '../../../sdk/option.ts';
import { params, type Wanted } from '../params.ts';
import type { GlanceReading } from './glance.ts';
import type { Sources } from './source.ts';
import { valuesOf } from './values.ts';

/** What a module that has nothing to do would answer. */
interface Seen {
  readonly answer: Answer;
  /** Whether it need not run for it. */
  readonly isSettled: boolean;
}

/** A task of the role's stages. */
export interface StageTask {
  /** Name of its module. */
  readonly name: string;
  readonly stage: string;
  /** Whether the variables ask for it. */
  readonly isAsked: (wanted: Wanted) => boolean;
  /** Whether a glance at the VM tells what it would do, or it is about no VM. */
  readonly isPlain: (wanted: Wanted, found: Found) => boolean;
  /** Undefined where the module would do something. */
  readonly look: (wanted: Wanted, cluster: Part<GlanceReading>) => Promise<Seen | undefined>;
}

export interface Found {
  /** Our VM is there, on the node that is worked on. */
  readonly isThere: boolean;
  readonly node: string;
}

type When<Observed> = Omit<StageTask, 'name' | 'look'> & {
  /** Whether it is to run although it would change nothing. */
  readonly isDue?: (observed: Observed) => boolean;
};

export const stageTask = <P extends Options, Observed>(
  definition: ModuleDefinition<P, Observed, GlanceReading>,
  sources: Sources,
  { isDue = () => false, ...when }: When<Observed>,
): StageTask => ({
  name: definition.name,
  ...when,
  look: async (wanted, cluster) => {
    const given = valuesOf(sources, wanted);
    const looked = await lookFor(definition, given, cluster);
    if (looked === undefined) return undefined;
    const answer = maskSecrets(looked.answer, secretsOf(definition.params, given));
    return { answer, isSettled: !isDue(looked.observed) && !isMaskedFurther(answer, wanted) };
  },
});

/** Preflight knows secrets that the module does not: what they would star is for the module to tell. */
const isMaskedFurther = (answer: Answer, wanted: Wanted): boolean =>
  JSON.stringify(maskSecrets(answer, secretsOf(params, wanted))) !== JSON.stringify(answer);
