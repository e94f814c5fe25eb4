import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../host/cluster-handle.ts';
import type { SeenImages } from '../observe.ts';
import { NODE, STORAGE_PATHS } from '../recorded-node.ts';
import { bodyBytes } from './body.ts';
import { withRightChecksum } from './checksum.ts';
import type { Outcome } from './compare.ts';
import type { Credentials } from './credentials.ts';
import { asText, isObject } from './json.ts';
import type { Names } from './names.ts';
import type { Answer, CallStep } from './record.ts';
import type { Send } from './request.ts';
import type { Scene } from './scene.ts';
import { observeTraces } from './traces.ts';

const POLL_MS = 20;
/** A busy machine may break a connection; who follows a task just asks again. */
const MOST_FAILURES = 5;

/** Everything that a call needs. */
export interface Run {
  readonly cluster: Cluster;
  readonly scene: Scene;
  readonly send: Send;
  readonly credentials: Credentials;
  readonly names: Names;
  readonly seen: SeenImages;
}

/** Makes the calls of a group, which is mostly one call, and looks at what they left. */
export async function runCalls(run: Run, group: readonly CallStep[]): Promise<readonly Outcome[]> {
  const answers = await Promise.all(group.map(step => makeCall(run, step)));
  // Who of those that called at once has started a task is chance.
  const isFollowed = group.some(({ traces }) => traces.exitStatus !== undefined);
  const outcomes: Outcome[] = [];
  for (const [index, step] of group.entries()) {
    const answer = answers[index] ?? { status: undefined, reason: '', body: '' };
    if (step.artifact !== undefined) await placeTraces(run, step);
    const exitStatus =
      isFollowed && step.artifact === undefined ? await taskEnd(run, answer) : step.traces.exitStatus;
    const outcome = {
      answer,
      traces: { exitStatus, ...(await observeTraces(run, NODE, step.traces)) },
    };
    learn(run, step, outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function makeCall(run: Run, step: CallStep): Promise<Answer> {
  // Such a step is taken as it was; what it left is still looked at.
  if (step.artifact !== undefined) return step.answer;
  const { names, credentials, scene, send } = run;
  const body = step.body === undefined ? undefined : names.translateBody(step.body);
  const sent = withRightChecksum({ ...step, body }, scene.webDirectory);
  return send({
    method: step.method,
    path: names.translatePath(step.path),
    headers: {
      ...(await credentials.headers(step.auth)),
      ...(step.contentType === undefined ? {} : { 'Content-Type': step.contentType }),
      ...step.headers,
    },
    body: bodyBytes(sent, scene.webDirectory),
  });
}

/**
 * What the recorded node did here a real one does not, so it is not done again. Later steps stand on what it left, which
 * the node is given instead.
 */
async function placeTraces({ cluster, names }: Run, { traces }: CallStep): Promise<void> {
  for (const volume of traces.volumes ?? []) {
    const [storage = '', name = ''] = volume.volid.split(':');
    const path = `${STORAGE_PATHS[storage] ?? ''}/images/${name}`;
    const image = [volume.format, path, String(volume.virtualSize)];
    const script =
      '[ -e "$2" ] || { mkdir -p "${2%/*}"; qemu-img create -q -f "$1" "$2" "$3"; chmod 640 "$2"; }';
    await cluster.exec(NODE, ['bash', '-c', script, 'place', ...image]);
  }
  for (const [vmid, text] of Object.entries(traces.configs ?? {})) {
    const path = `/etc/pve/nodes/${NODE}/qemu-server/${vmid}.conf`;
    if (text === null) await cluster.exec(NODE, ['rm', '-f', path]);
    else await cluster.writeFile(NODE, path, names.translate(text));
  }
}

/** Waits for the task that an answer names, as the recorder did; nothing when it names none. */
async function taskEnd({ send, credentials }: Run, answer: Answer): Promise<string | undefined> {
  const upid = isObject(answer.body) ? answer.body['data'] : undefined;
  if (typeof upid !== 'string' || !upid.startsWith('UPID:')) return undefined;
  const path = `/api2/json/nodes/${NODE}/tasks/${encodeURIComponent(upid)}/status`;
  const headers = await credentials.headers('ticket');
  for (let failures = 0; ;) {
    const { status, reason, body } = await send({ method: 'GET', path, headers, body: undefined });
    const data = isObject(body) ? body['data'] : undefined;
    if (status === undefined && failures < MOST_FAILURES) {
      failures += 1;
      continue;
    }
    if (!isObject(data)) return `the task cannot be followed: ${status ?? 'no answer'} ${reason}`;
    if (data['status'] === 'stopped') return asText(data['exitstatus']);
    await sleep(POLL_MS);
  }
}

function learn({ names, credentials }: Run, step: CallStep, { answer, traces }: Outcome): void {
  names.learn(step.answer.body, answer.body);
  credentials.learn(answer.body);
  for (const [vmid, text] of Object.entries(step.traces.configs ?? {}))
    names.learn(linesByKey(text), linesByKey(traces.configs?.[vmid] ?? null));
}

function linesByKey(text: string | null): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (text ?? '').split('\n').map(line => [line.replace(/:.*$/s, ''), line.replace(/^[^:]*:/, '')]),
  );
}
