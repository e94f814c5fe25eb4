import { figure, seconds } from './figures.ts';
import type { Sample } from './rounds.ts';
import { times, type Outcome } from './targets.ts';

/** Markdown: a row per piece of work and way. */
export function resultTable(samples: readonly Sample[]): string {
  const works = [...new Set(samples.map(({ work }) => work))];
  const rows = works.flatMap(work => {
    const ways = [...new Set(samples.filter(sample => sample.work === work).map(({ way }) => way))];
    return ways.map(way => row(samples, work, way));
  });
  return [
    '| work | way | seconds: median (lowest–highest) | rounds | tasks | ssh processes | qm and pvesm calls | MiB to the node |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row(samples: readonly Sample[], work: string, way: string): string {
  const time = figure(times(samples, work, way));
  const last = samples.findLast(sample => sample.work === work && sample.way === way);
  const cells = [
    work,
    way,
    seconds(time),
    time.runs,
    last?.tasks,
    last?.sshProcesses,
    last?.calls,
    ((last?.received ?? 0) / 2 ** 20).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Markdown: what had to come out, and what did. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  return [
    '| work | way | against | at most | found: median (lowest–highest) | |',
    '|---|---|---|---|---|---|',
    ...outcomes.map(
      ({ work, ours, against, atMost, ratio, isReached }) =>
        `| ${work} | ${ours} | ${against} | ${atMost.toFixed(2)} | ${seconds(ratio)} | ${isReached ? 'reached' : '**missed**'} |`,
    ),
  ].join('\n');
}
