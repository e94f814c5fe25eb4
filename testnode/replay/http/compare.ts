import { compareConfigs, compareVolumes, diffLines } from '../compare.ts';
import type { Comparison } from '../compare.ts';
import type { RecordedVolume } from '../transcript.ts';
import { isObject } from './json.ts';
import { bodyLines, maskText } from './mask.ts';
import type { Answer, Traces } from './record.ts';
import type { ContentFile } from './repeats.ts';

/** What one call came to: its answer and what it left. */
export interface Outcome {
  readonly answer: Answer;
  readonly traces: Traces;
}

/** Compares a call with what was recorded. */
export function compareCalls(recorded: Outcome, replayed: Outcome): Comparison {
  const state = [
    ...diffWords('status', recorded.answer.status, replayed.answer.status),
    ...diffWords('task', ending(recorded.traces.exitStatus), ending(replayed.traces.exitStatus)),
    ...compareConfigs(recorded.traces.configs ?? {}, replayed.traces.configs ?? {}),
    ...(isAtWork(recorded) ? [] : compareVolumes(volumesOf(recorded), volumesOf(replayed))),
    ...diffLines('content', fileLines(recorded.traces.content), fileLines(replayed.traces.content)),
  ];
  const text = [
    ...diffWords('reason', maskText(recorded.answer.reason), maskText(replayed.answer.reason)),
    ...diffLines('answer', bodyLines(recorded.answer.body), bodyLines(replayed.answer.body)),
    ...diffWords('exit status', exitText(recorded), exitText(replayed)),
  ];
  return { state: state.length === 0, text: state.length + text.length === 0, diff: [...state, ...text] };
}

/** The task that the call started has not been waited for: what it has made by now is chance. */
function isAtWork({ answer, traces }: Outcome): boolean {
  const started = isObject(answer.body) ? answer.body['data'] : undefined;
  return traces.exitStatus === undefined && typeof started === 'string' && started.startsWith('UPID:');
}

function volumesOf({ traces }: Outcome): readonly RecordedVolume[] {
  return traces.volumes ?? [];
}

function ending(exitStatus: string | undefined): string {
  if (exitStatus === undefined) return 'none';
  return exitStatus === 'OK' || exitStatus.startsWith('WARNINGS') ? 'ended well' : 'failed';
}

function exitText({ traces }: Outcome): string {
  return maskText(traces.exitStatus ?? '');
}

function fileLines(files: readonly ContentFile[] | undefined): readonly string[] {
  return (files ?? []).map(({ volid, bytes, mode }) => `${volid} ${bytes} ${mode}`).sort();
}

function diffWords(what: string, recorded: unknown, replayed: unknown): readonly string[] {
  return recorded === replayed ? [] : [`${what}: -${String(recorded)} +${String(replayed)}`];
}
