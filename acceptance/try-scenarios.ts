import { changedIn, errorIn, runAnsible } from './playbook.ts';
import type { Interruption } from './interruption.ts';
import type { Place } from './place.ts';
import { judge } from './judge.ts';
import type { Scenario, Step } from './scenarios.ts';

/** What one step came to; `reason` says why it is not what was promised. */
export interface Outcome {
  readonly scenario: string;
  readonly step: string;
  readonly state: 'passed' | 'failed' | 'not run';
  readonly reason?: string;
  readonly seconds: number;
}

/** Tries scenarios in their order. What follows in a scenario whose step has failed is not run. */
export async function tryScenarios(
  scenarios: readonly Scenario[],
  place: Place,
  interruption: Interruption,
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const known = new Map<string, string>();
  for (const { name, steps } of scenarios) {
    let stopped: string | undefined;
    for (const step of steps) {
      const why = interruption.stop.aborted ? 'interrupted' : stopped;
      const outcome = why === undefined ? await tryStep(step, place, known, interruption.kill) : notRun(why);
      if (outcome.state === 'failed') stopped = `"${step.says}" failed`;
      const told = { scenario: name, step: step.says, ...outcome };
      outcomes.push(told);
      tell(told);
    }
  }
  return outcomes;
}

type Judged = Omit<Outcome, 'scenario' | 'step'>;

const notRun = (reason: string): Judged => ({ state: 'not run', reason, seconds: 0 });

async function tryStep(
  { playbook, variables = {}, expects, killAt }: Step,
  place: Place,
  known: Map<string, string>,
  kill: AbortSignal,
): Promise<Judged> {
  const begun = Date.now();
  const more = ['-e', JSON.stringify(variables), ...(expects === 'predicts' ? ['--check', '--diff'] : [])];
  const { rc, output } = await runAnsible('ansible-playbook', place.argumentsFor(playbook, more), place.env, {
    killAt,
    signal: kill,
  });
  const seconds = Math.round((Date.now() - begun) / 100) / 10;
  const came = {
    rc,
    changed: changedIn(output),
    error: errorIn(output),
    differs: differ(place.take('seen'), known),
  };
  if (kill.aborted) return { state: 'not run', reason: 'interrupted', seconds };
  const reason = judge(expects, came);
  if (reason !== undefined) place.keep(`${playbook}: ${reason}\n${output}\n`);
  return reason === undefined ? { state: 'passed', seconds } : { state: 'failed', reason, seconds };
}

/** Whether VMs are another than they were when they were last seen; undefined: nobody has looked. */
function differ(seen: unknown, known: Map<string, string>): boolean | undefined {
  if (typeof seen !== 'object' || seen === null) return undefined;
  const now = Object.entries(seen).map(([vmid, config]) => [vmid, JSON.stringify(config)] as const);
  const differs = now.some(([vmid, config]) => (known.get(vmid) ?? '"none"') !== config);
  for (const [vmid, config] of now) known.set(vmid, config);
  return differs;
}
