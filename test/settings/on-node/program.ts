import { existsSync, mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { isRunning } from '../../../modules-src/node/vms/files.ts';
import { TASKS } from '../../../testnode/pve/commands/tasks.ts';
import { TASK_ARGUMENT } from '../../../testnode/pve/tasks/start.ts';
import { workAsTask } from '../../../testnode/pve/tasks/work.ts';
import { compareDoors, type Logins } from './door-properties.ts';
import { checkSettings } from './setting-properties.ts';
import { settingTable } from './setting-table.ts';
import { configFile, qm, RUNNING, STOPPED } from './vm.ts';

/*
 * Runs on a test node, as one file. What `qm` prints goes to the standard streams; the answer, in JSON, to descriptor 4.
 */

const ANSWER = 4;

const WORK: Readonly<Record<string, (logins: Logins) => Promise<unknown>>> = {
  table: settingTable,
  properties: () => checkSettings({ create: 10, converge: 100, restart: 4 }),
  doors: logins => compareDoors(logins, { create: 6, converge: 10 }),
  'many-doors': logins => compareDoors(logins, { create: 100, converge: 500 }),
  'many-properties': () => checkSettings({ create: 300, converge: 3000, restart: 60 }),
};

async function makeVms(): Promise<void> {
  mkdirSync('/var/lib/vz/template/iso', { recursive: true });
  mkdirSync('/var/lib/vz/snippets', { recursive: true });
  for (const disc of ['a', 'b'])
    writeFileSync(`/var/lib/vz/template/iso/${disc}.iso`, Buffer.alloc(1024 ** 2));
  writeFileSync('/var/lib/vz/snippets/hook.pl', '#!/bin/sh\n', { mode: 0o755 });
  for (const vmid of [STOPPED, RUNNING]) {
    if (!existsSync(configFile(vmid)))
      await qm(['create', String(vmid), '--name', 'web-01', '--scsi0', 'local-lvm:1']);
  }
  if (!(await isRunning(RUNNING))) await qm(['start', String(RUNNING)]);
}

async function answer(name: string, logins: string): Promise<void> {
  const work = WORK[name];
  if (work === undefined) throw new Error(`nothing is called ${name}`);
  await makeVms();
  writeSync(ANSWER, JSON.stringify(await work(JSON.parse(logins) as Logins)));
}

const [first = '', ...rest] = process.argv.slice(2);
if (first === TASK_ARGUMENT) void workAsTask(TASKS, rest);
else
  answer(first, rest[0] ?? '{}').catch((error: unknown) => {
    writeSync(ANSWER, JSON.stringify({ error: error instanceof Error ? error.stack : String(error) }));
  });
