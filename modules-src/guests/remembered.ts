import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { QmAction } from '../sdk/step.ts';
import { writeAtomically } from '../system/files.ts';
import { privateDirectory, readOwn } from '../system/own-file.ts';

const fileOf = (folder: string, vmid: number): string => join(folder, `remembered-${vmid}`);

/** Before the operation, which may be the last thing that this run does. */
export async function remember(folder: string, { vmid, remembers = [] }: QmAction): Promise<void> {
  if (remembers.length === 0) return;
  await privateDirectory(folder);
  await writeAtomically(fileOf(folder, vmid), remembers.join('\n'), 0o600);
}

/** After it: what it has ended is of no use any more. */
export async function forget(folder: string, { verb, vmid, remembers }: QmAction): Promise<void> {
  if (verb === 'destroy' || remembers?.length === 0) await rm(fileOf(folder, vmid), { force: true });
}

export const readRemembered = async (folder: string, vmid: number): Promise<readonly string[]> =>
  (await readOwn(fileOf(folder, vmid)))?.split('\n') ?? [];
