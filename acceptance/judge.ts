import type { Expectation } from './scenarios.ts';

/** What a run of a playbook came to. */
export interface Came {
  /** Exit code; undefined: it was killed. */
  readonly rc: number | undefined;
  /** Of the recap. */
  readonly changed: number;
  /** The first error that it printed. */
  readonly error: string;
  /** Whether the node's VMs are another than before it; undefined: nobody could look. */
  readonly differs: boolean | undefined;
}

/** Why a run is not what was expected; undefined when it is. */
export function judge(expects: Expectation, { rc, changed, error, differs }: Came): string | undefined {
  if (expects === 'dies') return rc === undefined ? undefined : 'the run was over before it was killed';
  if (expects === 'refuses' && rc === 0) return 'it was to refuse, and did not';
  if (expects !== 'refuses' && rc !== 0) return `it failed: ${error}`;
  if (differs === undefined) return `nobody could look at what the node has: ${error}`;
  if (expects === 'finishes') return undefined;
  const mayDiffer = expects === 'changes' || expects === 'differs';
  if (differs !== mayDiffer) return mayDiffer ? 'the VMs are as before' : 'the VMs are not as before';
  if (expects === 'nothing' && changed > 0) return `changed=${changed} where nothing was to do`;
  if ((expects === 'changes' || expects === 'predicts') && changed === 0)
    return 'changed=0 where something was to do';
  return undefined;
}
