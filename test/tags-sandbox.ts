import { execa } from 'execa';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../build/modules.ts';
import { stages } from '../role-src/stages.ts';

/** Our modules in the tasks of each stage: all whose name has no dot. */
export const stageModules: readonly (readonly string[])[] = stages.map(({ tasks }) =>
  tasks.flatMap(task =>
    Object.keys(task).filter(key => /^[a-z]+_[a-z_]+$/.test(key) && key !== 'failed_when'),
  ),
);

/** A copy of the role whose modules only write down that they ran. */
export interface Sandbox {
  readonly folder: string;
  /** Runs a playbook; `ran` has one `<CALLER> <module>` per module, in order. */
  readonly play: (playbook: string, args?: readonly string[]) => Promise<Played>;
  /** Makes a module of the copy answer this from now on. */
  readonly answer: (module: string, result: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export interface Played {
  readonly ran: readonly string[];
  readonly output: string;
  readonly exitCode: number;
}

/** An inventory whose node is this machine: what is tested here is the role, not the connection. */
const INVENTORY = 'pve01 ansible_connection=local\n';

export async function makeSandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'proxmox-role-'));
  const role = join(folder, 'roles/proxmox');
  await cp(`${root}role/proxmox`, role, { recursive: true });
  await rm(join(role, 'library'), { recursive: true, force: true });
  await mkdir(join(role, 'library'));
  const answer: Sandbox['answer'] = (module, result) =>
    writeFile(join(role, 'library', `${module}.js`), stub(join(folder, 'log'), module, result));
  await Promise.all(stageModules.flat().map(name => answer(name, { changed: false, msg: 'nothing to do' })));
  await writeFile(join(folder, 'inventory'), INVENTORY);
  return {
    folder,
    answer,
    play: (playbook, args) => play(folder, playbook, args),
    remove: () => removeFolder(folder),
  };
}

const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

function stub(log: string, module: string, result: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(result).replaceAll("'", '');
  return [
    '#!/bin/sh',
    '# <<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>',
    `echo "$CALLER ${module}" >>'${log}'`,
    `echo '${json}'`,
    '',
  ].join('\n');
}

async function play(folder: string, playbook: string, args: readonly string[] = []): Promise<Played> {
  await writeFile(join(folder, 'log'), '');
  await writeFile(join(folder, 'play.yml'), playbook);
  const { all, exitCode = 1 } = await execa(
    `${root}.venv/bin/ansible-playbook`,
    ['-i', 'inventory', 'play.yml', ...args],
    {
      cwd: folder,
      all: true,
      reject: false,
      env: {
        ANSIBLE_ROLES_PATH: join(folder, 'roles'),
        ANSIBLE_LOCALHOST_WARNING: 'false',
        ANSIBLE_NOCOLOR: '1',
        ANSIBLE_PYTHON_INTERPRETER: 'auto_silent',
      },
    },
  );
  const log = await readFile(join(folder, 'log'), 'utf8');
  return { ran: log.split('\n').filter(line => line !== ''), output: all, exitCode };
}
