import { mask } from './mask.ts';
import type { Outcome, RecordedVolume } from './transcript.ts';

/** How a replayed step compares with the recorded one. */
export interface Comparison {
  /** Exit code zero or not, configurations and volumes agree. */
  readonly state: boolean;
  /** The output agrees too. */
  readonly text: boolean;
  /** Lines to read: `-` as recorded, `+` as replayed. */
  readonly diff: readonly string[];
}

/** Compares what a step did with what was recorded. */
export function compare(recorded: Outcome, replayed: Outcome): Comparison {
  const state = [
    ...compareExitCodes(recorded.rc, replayed.rc),
    ...compareConfigs(recorded.configs, replayed.configs),
    ...compareVolumes(recorded.volumes, replayed.volumes),
  ];
  const text = [
    ...diffLines('stdout', maskedLines(recorded.stdout), maskedLines(replayed.stdout)),
    ...diffLines('stderr', maskedLines(recorded.stderr), maskedLines(replayed.stderr)),
  ];
  return { state: state.length === 0, text: state.length + text.length === 0, diff: [...state, ...text] };
}

function compareExitCodes(recorded: number, replayed: number): readonly string[] {
  return (recorded === 0) === (replayed === 0) ? [] : [`exit code: -${recorded} +${replayed}`];
}

/** Differences of the configurations that the recorder looked at. */
export function compareConfigs(
  recorded: Outcome['configs'],
  replayed: Outcome['configs'],
): readonly string[] {
  return Object.keys(recorded).flatMap(vmid =>
    diffLines(`configuration ${vmid}`, configLines(recorded[vmid]), configLines(replayed[vmid])),
  );
}

/** Differences of the disk volumes. */
export function compareVolumes(
  recorded: readonly RecordedVolume[],
  replayed: readonly RecordedVolume[],
): readonly string[] {
  return diffLines('volumes', recorded.map(describe).sort(), replayed.map(describe).sort());
}

function configLines(text: string | null | undefined): readonly string[] {
  return text === null || text === undefined ? ['(none)'] : maskedLines(text);
}

function maskedLines(text: string): readonly string[] {
  return mask(text).split('\n');
}

function describe(volume: RecordedVolume): string {
  const { volid, format, virtualSize, backingFile, mode, immutable } = volume;
  const isReadOnly = (parseInt(mode.replace(/^0o/, ''), 8) & 0o222) === 0;
  const flags = [...(isReadOnly ? ['read-only'] : []), ...(immutable ? ['immutable'] : [])];
  const base = backingFile === undefined ? [] : [`on ${backingFile}`];
  return [volid, format, String(virtualSize), ...base, ...flags].join(' ');
}

/** Lines to read: what only the one has, what only the other. */
export function diffLines(
  what: string,
  recorded: readonly string[],
  replayed: readonly string[],
): readonly string[] {
  if (recorded.join('\n') === replayed.join('\n')) return [];
  const missing = subtract(recorded, replayed).map(line => `${what}: -${line}`);
  const surplus = subtract(replayed, recorded).map(line => `${what}: +${line}`);
  return missing.length + surplus.length > 0 ? [...missing, ...surplus] : [`${what}: lines in another order`];
}

/** Lines of the first list that the second does not have, each as often as it lacks it. */
function subtract(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return lines.filter(line => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
