import type { Cluster } from '../../host/cluster-handle.ts';
import { compare } from '../compare.ts';
import type { Comparison } from '../compare.ts';
import { NODE } from '../recorded-node.ts';
import { runSteps } from '../run-steps.ts';
import type { StepName } from '../transcript.ts';
import { compareCalls } from './compare.ts';
import { createCredentials } from './credentials.ts';
import type { Login } from './credentials.ts';
import { asText, isObject } from './json.ts';
import { createPace } from './pace.ts';
import { createNames } from './names.ts';
import type { CallStep, HttpStep, ShellStep, WireStep } from './record.ts';
import { createSender } from './request.ts';
import type { Send } from './request.ts';
import { runCalls } from './run-calls.ts';
import type { Run } from './run-calls.ts';
import { startScene } from './scene.ts';
import { grant, grantsOf, placeUsers } from './users.ts';
import { sendRaw } from './wire.ts';

/** A step and how its replay compares. */
export interface HttpVerdict {
  readonly step: StepName;
  readonly comparison: Comparison;
}

/** Replays an HTTP recording on a node that has been prepared as the recorded one. */
export async function replayHttp(
  cluster: Cluster,
  steps: readonly HttpStep[],
): Promise<readonly HttpVerdict[]> {
  await placeUsers(cluster, NODE);
  const scene = await startScene(cluster, NODE);
  const { send, close } = createSender(scene.socketPath);
  const credentials = createCredentials(loginBy(send));
  const run: Run = { cluster, scene, send, credentials, names: createNames(), seen: new Map() };
  const verdicts: HttpVerdict[] = [];
  const pace = createPace();
  let granted = '';
  let isAfterRace = false;
  try {
    for (const group of inGroups(steps)) {
      await pace.keep(group);
      const grants = group[0]?.kind === 'call' ? grantsOf(group[0].note) : undefined;
      if (grants !== undefined && granted !== JSON.stringify(grants)) {
        granted = JSON.stringify(grants);
        await grant(cluster, NODE, grants);
      }
      verdicts.push(...(await replayGroup(run, group)));
      if (isAfterRace) await removeWhatOnlyARaceMade(run, group);
      isAfterRace = group.length > 1;
    }
    return verdicts;
  } finally {
    close();
  }
}

async function replayGroup(run: Run, group: readonly HttpStep[]): Promise<readonly HttpVerdict[]> {
  const [first] = group;
  if (first === undefined) return [];
  if (first.kind === 'shell') return replayShell(run, first);
  if (first.kind === 'wire') return replayWire(run, first);
  const calls = group.filter(step => step.kind === 'call');
  return asSet(calls, await runCalls(run, calls));
}

/** Who wins a race is chance: a VM that the recorded node did not have after it is not to be in the way of later steps. */
async function removeWhatOnlyARaceMade({ cluster }: Run, [first]: readonly HttpStep[]): Promise<void> {
  if (first?.kind !== 'shell') return;
  for (const [vmid, text] of Object.entries(first.step.configs)) {
    if (text !== null) continue;
    await cluster.exec(NODE, ['bash', '-c', `qm config ${vmid} >&- 2>&- && qm destroy ${vmid} --skiplock`]);
  }
}

async function replayShell(run: Run, { step, looksAtVolumes }: ShellStep): Promise<readonly HttpVerdict[]> {
  const verdicts: HttpVerdict[] = [];
  const now = { ...step, argv: run.names.translateCommand(step.argv) };
  for await (const { outcome } of runSteps(run.cluster, NODE, [now]))
    verdicts.push({
      step,
      comparison: compare(step, looksAtVolumes ? outcome : { ...outcome, volumes: step.volumes }),
    });
  return verdicts;
}

/** Raw bytes are sent for what they leave; how the connection fared is not compared. */
async function replayWire(
  { scene, credentials }: Run,
  { request }: WireStep,
): Promise<readonly HttpVerdict[]> {
  await sendRaw(scene.socketPath, credentials.reveal(request));
  return [];
}

/** Who of those that called at once got which answer is chance: each takes the recorded one that fits best. */
function asSet(
  calls: readonly CallStep[],
  outcomes: Awaited<ReturnType<typeof runCalls>>,
): readonly HttpVerdict[] {
  const left = calls.map((step, index) => ({ argv: step.argv.join(' '), outcome: outcomes[index] }));
  return calls.map(step => {
    const candidates = left
      .filter(({ argv }) => argv === step.argv.join(' '))
      .flatMap(entry => (entry.outcome ? [{ entry, comparison: compareCalls(step, entry.outcome) }] : []))
      .sort((one, other) => rank(one.comparison) - rank(other.comparison));
    const best = candidates[0];
    if (best === undefined) return { step, comparison: { state: false, text: false, diff: ['no answer'] } };
    left.splice(left.indexOf(best.entry), 1);
    return { step, comparison: best.comparison };
  });
}

function rank({ state, text }: Comparison): number {
  return (state ? 0 : 2) + (text ? 0 : 1);
}

function inGroups(steps: readonly HttpStep[]): readonly (readonly HttpStep[])[] {
  const groups: HttpStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1)?.[0];
    const isMember =
      step.kind === 'call' && step.group !== undefined && last?.kind === 'call' && last.group === step.group;
    if (isMember) groups.at(-1)?.push(step);
    else groups.push([step]);
  }
  return groups;
}

function loginBy(send: Send): Login {
  return async (username, password) => {
    const headers = { 'Content-Type': 'application/json' };
    const body = Buffer.from(JSON.stringify({ username, password }));
    const answer = await send({ method: 'POST', path: '/api2/json/access/ticket', headers, body });
    const data = isObject(answer.body) ? answer.body['data'] : undefined;
    const { ticket, CSRFPreventionToken: csrf } = isObject(data) ? data : {};
    return { ticket: asText(ticket), csrf: asText(csrf) };
  };
}
