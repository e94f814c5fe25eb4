import { access } from 'node:fs/promises';
import { readText } from '../../system/files.ts';
import { COMMAND_ENVIRONMENT } from '../../system/run-command.ts';

const QM = '/usr/sbin/qm';

/** `/usr/sbin/qm` as it has been since Proxmox VE 5 (seen: 7, 8.4, 9.2): one of another shape does something that we do not know. */
const SHAPE =
  /^#!\/usr\/bin\/perl\n\s*use strict;\s*use warnings;\s*use PVE::CLI::qm;\s*PVE::CLI::qm->run_cli_handler\(\);\s*$/;

/** KiB that the node must have to spare: Perl with the module takes 137 MB, and guests come first. */
const FREE = 512 * 1024;

/** Whether a process that has loaded what `qm` loads answers as `qm` does, and the node has the memory for it. */
export async function isUsable(): Promise<boolean> {
  const [script, memory] = await Promise.all([readText(QM), readText('/proc/meminfo')]);
  return isKnownScript(script) && hasMemory(memory) && (await firstInPath('qm')) === QM;
}

export const isKnownScript = (script: string | undefined): boolean => SHAPE.test(script ?? '');

export const hasMemory = (meminfo: string | undefined): boolean =>
  Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? '')?.[1] ?? 0) >= FREE;

/** Where somebody has put a program of the same name before it, that is what is called. */
async function firstInPath(name: string): Promise<string | undefined> {
  for (const folder of COMMAND_ENVIRONMENT.PATH.split(':')) {
    const isThere = await access(`${folder}/${name}`).then(
      () => true,
      () => false,
    );
    if (isThere) return `${folder}/${name}`;
  }
  return undefined;
}
