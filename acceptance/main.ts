import { writeFileSync } from 'node:fs';
import project from '../package.json' with { type: 'json' };
import { readArguments, USAGE, type Wanted } from './arguments.ts';
import { watchInterruption, type Interruption } from './interruption.ts';
import { makePlace, type Place } from './place.ts';
import { errorIn, runAnsible } from './playbook.ts';
import { isGood, markdown, withoutPlace, type Report } from './report.ts';
import { scenariosOf } from './scenarios.ts';
import { tryScenarios, type Outcome } from './try-scenarios.ts';

/** Tries the role's promises on a node of one's own; see docs/acceptance.md. */
try {
  process.exitCode = await accept(readArguments(process.argv.slice(2)));
} catch (error) {
  console.error(`cannot begin: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function accept(wanted: Wanted): Promise<number> {
  const interruption = watchInterruption(text => console.error(text));
  const place = makePlace(wanted);
  try {
    return await go(wanted, place, interruption);
  } finally {
    place.remove();
  }
}

async function go(wanted: Wanted, place: Place, interruption: Interruption): Promise<number> {
  const begun = Date.now();
  const begin = await runAnsible('ansible-playbook', place.argumentsFor('begin.yml'), place.env);
  if (begin.rc !== 0) {
    console.error(errorIn(begin.output));
    return 2;
  }
  const outcomes = await tryScenarios(scenariosOf(wanted), place, interruption, tell);
  const left = [...(await end(place)), ...unseen(wanted, interruption)];
  const report = await reportOf(wanted, place, outcomes, left, Math.round((Date.now() - begun) / 1000));
  writeFileSync(`${wanted.report}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(`${wanted.report}.md`, markdown(report));
  for (const line of left) console.error(`left on the node: ${line}`);
  console.log(`${wanted.report}.md, ${wanted.report}.json`);
  return isGood(report) ? 0 : 1;
}

/** Removes what was made, also after an interruption, and answers what is left. */
async function end(place: Place): Promise<readonly string[]> {
  const { rc, output } = await runAnsible('ansible-playbook', place.argumentsFor('end.yml'), place.env);
  const left = place.take('left');
  if (rc !== 0) place.keep(output);
  if (rc === 0 && Array.isArray(left)) return left.map(String);
  return [
    `nobody knows what: ${errorIn(output)}; look for VMs of the range, and for the pool, by \`pvesh get /pools\``,
  ];
}

function unseen({ first, last }: Wanted, { kill }: Interruption): readonly string[] {
  if (!kill.aborted) return [];
  return [
    `what the node went on with when the playbook was killed: look for VMs ${first} to ${last} once more`,
  ];
}

async function reportOf(
  { node, storage, pool, door }: Wanted,
  place: Place,
  outcomes: readonly Outcome[],
  left: readonly string[],
  seconds: number,
): Promise<Report> {
  const secrets = ['PROXMOX_HOST', 'PROXMOX_TOKEN_ID', 'PROXMOX_TOKEN_SECRET', 'PROXMOX_PASSWORD'];
  const words = [node, storage, pool, ...secrets.map(name => process.env[name] ?? '')];
  const pve = place.facts() ?? { version: 'unknown', kernel: 'unknown', storages: [] };
  const { output } = await runAnsible('ansible-playbook', ['--version'], place.env);
  return {
    pve,
    door,
    versions: {
      role: project.version,
      'ansible-core': /\[core ([^\]]+)\]/.exec(output)?.[1] ?? 'unknown',
      node: process.version,
    },
    date: new Date().toISOString().slice(0, 10),
    seconds,
    outcomes: outcomes.map(({ reason, ...rest }) => ({
      ...rest,
      ...(reason !== undefined && { reason: withoutPlace(reason, words) }),
    })),
    left: left.map(line => withoutPlace(line, words)),
  };
}

function tell({ scenario, step, state, reason, seconds }: Outcome): void {
  console.log(
    `${state.padEnd(7)} ${scenario}: ${step} (${seconds} s)${reason === undefined ? '' : `\n        ${reason}`}`,
  );
}
