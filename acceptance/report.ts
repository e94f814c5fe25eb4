import type { Facts } from './place.ts';
import type { Outcome } from './try-scenarios.ts';

/** What a user can send: no name, address or number of the place, no secret. */
export interface Report {
  readonly pve: Facts;
  readonly door: 'ssh' | 'api';
  readonly versions: Readonly<Record<'role' | 'ansible-core' | 'node', string>>;
  readonly date: string;
  readonly seconds: number;
  readonly outcomes: readonly Outcome[];
  readonly left: readonly string[];
}

/** The row of the README. */
const row = ({ date, pve, door, versions, outcomes, seconds }: Report): string =>
  `| ${[
    date,
    pve.version,
    pve.kernel,
    pve.storages.join(', '),
    door === 'ssh' ? 'SSH' : 'API',
    versions['ansible-core'],
    versions.role,
    `${count(outcomes, 'passed')} of ${outcomes.length}`,
    seconds,
  ].join(' | ')} |`;

const ROW_HEAD =
  '| date | PVE | kernel | storage | door | ansible-core | role | passed | seconds |\n|---|---|---|---|---|---|---|---|---|';

export function markdown(report: Report): string {
  const steps = report.outcomes.map(
    ({ scenario, step, state, reason = '', seconds }) =>
      `| ${[scenario, step, state, oneLine(reason), seconds].join(' | ')} |`,
  );
  const left = report.left.map(line => `- ${line}`);
  return [
    '# Acceptance',
    '',
    ROW_HEAD,
    row(report),
    '',
    '| scenario | step | | reason | seconds |',
    '|---|---|---|---|---|',
    ...steps,
    ...(left.length > 0 ? ['', '## Left on the node', '', ...left] : []),
    '',
  ].join('\n');
}

export const isGood = ({ outcomes, left }: Report): boolean =>
  left.length === 0 && count(outcomes, 'passed') === outcomes.length;

const count = (outcomes: readonly Outcome[], state: Outcome['state']): number =>
  outcomes.filter(outcome => outcome.state === state).length;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');

/** A text without what tells where it comes from. */
export function withoutPlace(text: string, words: readonly string[]): string {
  const named = words.filter(word => word !== '').sort((a, b) => b.length - a.length);
  return named
    .reduce((rest, word) => rest.replaceAll(word, '…'), text)
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '…');
}
