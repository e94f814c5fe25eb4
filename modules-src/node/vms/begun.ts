import { readFile, rm, stat } from 'node:fs/promises';
import { isFromThen, isStub, makesNoVolume, worksOn } from '../../pve/vms/begun.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import type { QmAction } from '../../sdk/step.ts';
import { listDirectory, writeAtomically } from '../../system/files.ts';
import { privateDirectory, readOwn } from '../../system/own-file.ts';

/** Not below /run: a power cut is one of the things that leave a VM half made. */
const FOLDER = '/var/lib/proxmox-role';
const noteOf = (vmid: number): string => `${FOLDER}/begun-${vmid}`;

/**
 * Notes that `qm create` begins: dying, it leaves a stub without a name, of which only this tells whose it is. Nothing is
 * noted of one that makes volumes, because nothing would tell whose those are.
 */
export async function noteBegun({ verb, vmid, properties }: QmAction): Promise<void> {
  const name = properties['name'];
  if (verb !== 'create' || typeof name !== 'string' || !makesNoVolume(properties)) return;
  await privateDirectory(FOLDER);
  await writeAtomically(noteOf(vmid), name, 0o600);
}

/** Any operation on the VM that succeeds shows that it is whole, or gone. */
export const forgetBegun = ({ vmid }: QmAction): Promise<void> => rm(noteOf(vmid), { force: true });

/**
 * The name for which an earlier run began to make the VM of this node, when a stub is all that is there, it was written
 * when that run's `qm create` had just begun, and nothing works on it any more.
 */
export async function begunAs(vmid: number, configFile: string, text: string): Promise<string | undefined> {
  if (!text.includes('lock: create') || !isStub(parseVmConfig(text))) return undefined;
  const name = await readOwn(noteOf(vmid));
  if (name === undefined) return undefined;
  const [begun, written] = await Promise.all([stat(noteOf(vmid)), stat(configFile)]);
  return isFromThen(begun.mtimeMs, written.mtimeMs) && !(await isWorkedOn(vmid)) ? name : undefined;
}

async function isWorkedOn(vmid: number): Promise<boolean> {
  const processes = (await listDirectory('/proc')).filter(name => /^\d+$/.test(name));
  const commandLines = await Promise.all(processes.map(commandLineOf));
  return commandLines.some(line => worksOn(vmid, line));
}

/** A process may end while it is looked at. */
const commandLineOf = (pid: string): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
