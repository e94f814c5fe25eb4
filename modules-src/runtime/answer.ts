import type { Door } from '../sdk/cluster.ts';
import type { Answer, ModuleDefinition } from '../sdk/define-module.ts';
import type { Options, ValuesOf } from '../sdk/option.ts';
import type { AnsibleContext } from './arguments.ts';
import type { Converged } from './converge.ts';
import { laneFailures, successResult, type Deprecation } from './result.ts';

type Values = Readonly<Record<string, unknown>>;

interface Telling {
  readonly context: AnsibleContext;
  readonly deprecations: readonly Deprecation[];
  readonly show: Door['show'];
}

/** What a module answers of where its work has led. */
export function answerOf<P extends Options, Observed>(
  definition: Omit<ModuleDefinition<P, Observed>, 'observe' | 'asks' | 'completion'> &
    Pick<ModuleDefinition, 'completion'>,
  params: ValuesOf<P>,
  converged: Converged<Observed>,
  telling: Telling,
): Answer {
  const { observed, first } = converged;
  const failures = laneFailures(converged);
  return successResult(converged, {
    ...telling,
    notices: definition.notices?.(params, observed, first) ?? {},
    report: { ...completed(definition, params), ...definition.report?.(params, observed, first, failures) },
    onlyWarns: definition.onlyWarns?.(params) ?? false,
  });
}

/** Whoever left a parameter out is told what it is. */
const completed = (
  { completion, returns }: Pick<ModuleDefinition, 'completion' | 'returns'>,
  params: Values,
): Values => {
  const names = completion?.tells.filter(name => returns[name] !== undefined) ?? [];
  return Object.fromEntries(names.map(name => [name, params[name]]));
};
