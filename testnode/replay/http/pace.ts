import { setTimeout as sleep } from 'node:timers/promises';
import { asText, isObject } from './json.ts';
import type { HttpStep } from './record.ts';

/** A command that goes on in the background for a while, such as one that holds a lock. */
const IN_BACKGROUND = /\bsleep (\d+)\)[^&]*&/;

/** Keeps a replay from being faster than the recording while something goes on in the background of both. */
export interface Pace {
  /** Waits until it is time for these steps. */
  keep(group: readonly HttpStep[]): Promise<void>;
}

export function createPace(): Pace {
  let background: { readonly until: number; readonly start: number; recordedStart?: number } | undefined;
  return {
    keep: async group => {
      const started = group.flatMap(step => backgroundSeconds(step) ?? [])[0];
      if (started !== undefined) background = { start: Date.now(), until: Date.now() + (started + 1) * 1000 };
      const time = group.flatMap(step => recordedTime(step) ?? [])[0];
      if (!background || time === undefined) return;
      background.recordedStart ??= time;
      const due = background.start + (time - background.recordedStart) * 1000;
      await sleep(Math.max(0, Math.min(due, background.until) - Date.now()));
    },
  };
}

function backgroundSeconds(step: HttpStep): number | undefined {
  const seconds = step.kind === 'shell' ? IN_BACKGROUND.exec(step.step.argv.join(' '))?.[1] : undefined;
  return seconds === undefined ? undefined : Number(seconds);
}

/** When the task began that a call started, in seconds. */
function recordedTime(step: HttpStep): number | undefined {
  if (step.kind !== 'call' || !isObject(step.answer.body)) return undefined;
  const time = /^UPID:[^:]+:[^:]+:[^:]+:([0-9A-F]{8}):/.exec(asText(step.answer.body['data'] ?? null))?.[1];
  return time === undefined ? undefined : parseInt(time, 16);
}
