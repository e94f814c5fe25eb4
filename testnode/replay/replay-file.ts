import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import type { ClusterOptions } from '../host/options.ts';
import { compare } from './compare.ts';
import type { Comparison } from './compare.ts';
import { isHttp, readLines, toHttpSteps } from './http/record.ts';
import type { RawHttpStep } from './http/repeats.ts';
import { replayHttp } from './http/replay.ts';
import type { Recorded } from './recorded-node.ts';
import { recordedFacts } from './node-facts.ts';
import {
  NODE,
  prepareNode,
  RECORDED,
  RECORDED_NETWORK,
  recordedCalls,
  STORAGE_CONFIG,
} from './recorded-node.ts';
import { runSteps } from './run-steps.ts';
import { isCommand, toStep, versionOf } from './transcript.ts';
import type { Step, StepName } from './transcript.ts';

const TRANSCRIPTS = join(import.meta.dirname, '../transcripts');

/** Where a killed step was in its work depends on the time that a call takes and on the speed of the disk. */
const RECORDED_SPEED = { callCost: 0.45, copyRate: 400 };
const SLOW_IMAGE = 'big.qcow2';
const SLOW_COPY_RATE = 200;
const AT_ONCE = { callCost: 0, copyRate: 0 };

/** A step of a transcript and how its replay compares. */
export interface Verdict {
  readonly step: StepName;
  readonly comparison: Comparison;
}

/** How often a transcript is replayed whose parallel steps ended otherwise than on the recorded node. */
const ATTEMPTS_AT_A_RACE = 4;

/**
 * Replays one transcript, each time on a node of its own. Steps that ran at the same time may end in more than one way:
 * while only such a race keeps a replay from agreeing, it is tried again, and the best replay counts. The continuation
 * of a transcript that is known is replayed on top of it; what comes before is not among the verdicts.
 */
export async function replayFile(file: string): Promise<readonly Verdict[]> {
  const own = readLines(file);
  const lines = [...earlierLines(own), ...own];
  const wanted = new Set(own.map(({ id }) => id));
  const replay = async (): Promise<readonly Verdict[]> =>
    (await replayLines(lines)).filter(({ step }) => wanted.has(step.id));
  let best = await replay();
  let lost = lostRaces(best);
  for (let attempt = 2; attempt <= ATTEMPTS_AT_A_RACE && lost !== ''; attempt += 1) {
    const next = await replay();
    if (matches(next) > matches(best)) best = next;
    // What is lost in the same way again is no chance.
    if (lostRaces(next) === lost) break;
    lost = lostRaces(next);
  }
  return best;
}

/** The steps of a known transcript that come before those given: `api-read-289` continues `api-read.jsonl`. */
function earlierLines([first]: readonly RawHttpStep[]): readonly RawHttpStep[] {
  const [, scenario = '', number = '1'] = /^(.*)-(\d+)$/.exec(first?.id ?? '') ?? [];
  const known = join(TRANSCRIPTS, `${scenario}.jsonl`);
  if (Number(number) === 1 || !existsSync(known)) return [];
  const isEarlier = ({ id }: RawHttpStep): boolean => Number(id.slice(scenario.length + 1)) < Number(number);
  return readLines(known).filter(isEarlier);
}

function lostRaces(verdicts: readonly Verdict[]): string {
  return verdicts
    .filter(({ step, comparison }) => step.group !== undefined && !comparison.state)
    .map(({ step }) => step.id)
    .join();
}

function matches(verdicts: readonly Verdict[]): number {
  return verdicts.filter(({ comparison }) => comparison.state).length;
}

function replayLines(lines: readonly RawHttpStep[]): Promise<readonly Verdict[]> {
  const version = versionOf(lines[0]?.pve);
  const commands = lines.flatMap(({ argv, body }) => [...(argv ?? []), JSON.stringify(body)]).join('\n');
  const facts = recordedFacts(lines);
  if (lines.some(isHttp)) {
    const steps = toHttpSteps(lines);
    // Calls that look at a task while it works find it at work only when it takes its time.
    const copyRate = commands.includes(SLOW_IMAGE) ? SLOW_COPY_RATE : 0;
    const settings = { ...facts, copyRate, unauthorizedDelay: 0 };
    return onNode({ version, settings }, recordedCalls(commands), commands, cluster =>
      replayHttp(cluster, steps),
    );
  }
  const steps = lines.filter(isCommand).map(toStep);
  const { callCost, copyRate } = steps.some(step => step.kill) ? RECORDED_SPEED : AT_ONCE;
  const settings = { ...facts, copyRate };
  return onNode({ version, callCost, settings }, RECORDED.commands, commands, cluster =>
    replayCommands(cluster, steps),
  );
}

async function replayCommands(cluster: Cluster, steps: readonly Step[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for await (const { step, outcome } of runSteps(cluster, NODE, steps))
    verdicts.push({ step, comparison: compare(step, outcome) });
  return verdicts;
}

async function onNode(
  options: Pick<ClusterOptions, 'version' | 'callCost' | 'settings'>,
  recorded: Recorded,
  commands: string,
  replay: (cluster: Cluster) => Promise<readonly Verdict[]>,
): Promise<readonly Verdict[]> {
  const cluster = await startNodes({
    network: RECORDED_NETWORK,
    storageConfig: STORAGE_CONFIG,
    ...options,
  });
  try {
    await prepareNode(cluster, recorded, commands);
    return await replay(cluster);
  } finally {
    await cluster.down();
  }
}
