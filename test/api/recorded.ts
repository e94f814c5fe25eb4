import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scene } from '../scene.ts';

/** A module as the role started it, without what Ansible adds and without who asks the API. */
export interface Recorded {
  readonly module: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Runs playbooks one after the other, and answers the modules of the role that they started, in their order. */
export async function recordModules(
  { run, home }: Pick<Scene, 'run' | 'home'>,
  runs: readonly { readonly playbook: string; readonly args: readonly string[] }[],
): Promise<readonly Recorded[]> {
  const folder = mkdtempSync(join(home, 'sent-'));
  for (const { playbook, args } of runs) {
    const kept = { ANSIBLE_KEEP_REMOTE_FILES: '1', ANSIBLE_REMOTE_TEMP: folder };
    const { counts, output } = await run(playbook, args, kept);
    if (counts.failed > 0 || counts.ok === 0) throw new Error(output);
  }
  // ansible-tmp-<seconds>-<process>-<chance>, one for each task.
  const tasks = readdirSync(folder).sort((one, other) => secondsOf(one) - secondsOf(other));
  return tasks.flatMap(task =>
    readdirSync(join(folder, task)).flatMap(file => sentIn(join(folder, task, file))),
  );
}

const secondsOf = (task: string): number => Number(task.split('-')[2]);

/** Ansible writes the arguments into the bundle; its own modules are in Python. */
function sentIn(path: string): Recorded[] {
  const text = readFileSync(path, 'utf8');
  const [, json] = /^const __ANSIBLE_ARGS__=\(function\(\)\{\/\/(.*)$/m.exec(text) ?? [];
  const [, module] = /AnsiballZ_(\w+)\.js$/.exec(path) ?? [];
  if (json === undefined || module === undefined) return [];
  // Ansible has made it of an object.
  const given = Object.entries(JSON.parse(json) as object);
  return [{ module, args: Object.fromEntries(given.filter(([name]) => isOfModule(name))) }];
}

const isOfModule = (name: string): boolean =>
  !name.startsWith('_ansible_') && (!name.startsWith('api_') || name === 'api_node');
