import { masked as maskedConfig } from './masked.ts';

/** What a run has said and done, as far as it can be compared with a run by the other door. */
export interface Told {
  /** Tasks with what became of them, in their order. */
  readonly tasks: readonly string[];
  /** Lines of the diffs. */
  readonly diff: readonly string[];
  /** All else, such as the banner and the summary. */
  readonly said: readonly string[];
}

/** Reads the output of `ansible-playbook`; where a task was delegated to is what the doors are. */
export function readOutput(output: string): Told {
  const lines = output.slice(0, output.lastIndexOf('PLAY RECAP')).split('\n');
  const tasks: string[] = [];
  const diff = new Set<string>();
  const said: string[] = [];
  let task = '';
  for (const line of lines) {
    const [, status] = /^(ok|changed|skipping|fatal|failed|included): /.exec(line) ?? [];
    task = /^TASK \[(.*?)\] \**$/.exec(line)?.[1] ?? task;
    if (status !== undefined) tasks.push(`${task}: ${status}`);
    else if (/^[+-](?!--|\+\+)/.test(line)) diff.add(line);
    else if (!/^(?:TASK|PLAY)\b|^localhost +: ok=|^@@|^---|^\+\+\+|^$/.test(line))
      said.push(line.trim().replace(/,$/, ''));
  }
  return { tasks, diff: [...diff], said };
}

/** Differences of two runs by the same door. */
const ofAnyTwoRuns = (line: string): string =>
  maskedConfig(line)
    .replaceAll(/ssh-ed25519[ %]\S+/g, 'KEY')
    .replaceAll(/scrypt%3A\w+/g, 'SETTINGS');

const IMAGE =
  /(?:\/var\/lib\/vz\/template\/iso\/|local:import\/)?debian-12-genericcloud-amd64(?:-[0-9a-f]{12}(?:-[0-9a-f]{4})?)?\.qcow2/g;

type Change = (told: Told) => Told;

const inLines =
  (change: (line: string) => string): Change =>
  ({ tasks, diff, said }) => ({
    tasks: tasks.map(change),
    // Where in its diff a line stands depends on what is masked.
    diff: diff.map(change).sort(),
    said: said.map(change),
  });

const CLOUD_INIT_TASK = 'proxmox : configure-vm | Apply the cloud-init settings: ';

/**
 * All that differs on purpose between runs by the two doors, by the names that docs/api.md has for it, each with what
 * hides it; configurations are `said`.
 */
export const DIFFERENCES: Readonly<Record<string, Change>> = {
  'The first line': inLines(line => line.replace(/, by the API of [^"]+/, '')),
  Images: inLines(line => line.replaceAll(IMAGE, 'IMAGE')),
  'The cloud-init drive of a VM of an image': ({ tasks, diff, said }) => ({
    tasks: tasks.filter(line => !line.startsWith(CLOUD_INIT_TASK)),
    diff,
    said: said.filter(
      line => !line.includes('cloud-init: applies at next boot: the VM had no cloud-init drive'),
    ),
  }),
};

/** The same without what differs between any two runs, and without those differences of the doors. */
export const masked = (told: Told, without: readonly Change[] = Object.values(DIFFERENCES)): Told =>
  without.reduce((left, change) => change(left), inLines(ofAnyTwoRuns)(told));
