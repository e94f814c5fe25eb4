import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import type { ModuleResult } from '../bundle.ts';
import type { Scene } from '../scene.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** One call of a module, and the environment it has on the node. */
export interface ModuleTask {
  readonly args: Arguments;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Calls `cloud_image_fetch` on the node through Ansible, once for each task, and answers the result of each. */
export async function fetchByPlay<N extends string>(
  scene: Scene,
  tasks: Readonly<Record<N, ModuleTask>>,
  id = 'play',
): Promise<Readonly<Record<N, ModuleResult>>> {
  const [playbook, results] = [join(scene.home, `${id}.yml`), join(scene.home, `${id}.json`)];
  await writeFile(playbook, JSON.stringify([play(tasks, results)]));
  const { rc, output } = await scene.run(playbook, [], { ANSIBLE_LIBRARY: `${root}role/proxmox/library` });
  if (rc !== 0) throw new Error(output);
  // Written by the play's last task, with one result for each of ours.
  return JSON.parse(await readFile(results, 'utf8')) as Record<N, ModuleResult>;
}

function play(tasks: Readonly<Record<string, ModuleTask>>, results: string): Arguments {
  const all = Object.entries(tasks).map(([name, { args, environment = {} }]) => ({
    name,
    cloud_image_fetch: args,
    environment,
    register: `found_${name}`,
    ignore_errors: true,
  }));
  const found = Object.keys(tasks).map(name => `'${name}': found_${name}`);
  const note = {
    name: 'Note the results',
    'ansible.builtin.copy': { content: `{{ {${found.join(', ')}} | to_json }}`, dest: results, mode: '0644' },
    delegate_to: 'localhost',
    connection: 'local',
  };
  const vars = { ansible_pipelining: true };
  return { hosts: 'pve01', gather_facts: false, vars, tasks: [...all, note] };
}
