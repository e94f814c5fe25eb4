import { accessSync, constants, statSync } from 'node:fs';
import type { Section } from '../config/sections.ts';
import { isSystemError, messageOf, ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { print, warn } from '../runtime/output.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { volumeContent, volumePath } from '../storage/volumes.ts';

/** Fails unless a hook script is a snippet that can be run. Only changes are checked, not new VMs. */
export function checkHookScript(script: string | undefined): void {
  const problem = script === undefined ? undefined : problemOf(script);
  if (problem !== undefined)
    throw new ParameterFailure([{ parameter: 'hookscript', problem: `${problem}\n` }], 2);
}

/** Runs a VM's hook script; before the start its failure is the end. */
export function runHookScript(
  vmid: number,
  config: Section,
  phase: 'pre-start' | 'post-start' | 'pre-stop',
): void {
  const script = config.get('hookscript');
  if (script === undefined) return;
  const problem = problemOf(script) ?? run(script, vmid, phase);
  if (problem === undefined) return;
  const text = `hookscript error for ${vmid} on ${phase}: ${problem}\n`;
  if (phase === 'pre-start') throw new PveFailure(text);
  warn(text);
}

function run(script: string, vmid: number, phase: string): string | undefined {
  const path = volumePath(script);
  const { status, stdout, stderr } = runToEnd(path, [String(vmid), phase]);
  for (const text of [stdout, stderr]) if (text !== '') print(text.trimEnd());
  return status === 0 ? undefined : `command '${path} ${vmid} ${phase}' failed: exit code ${status}`;
}

// `..` is a name that a snippet may have as far as its id goes; what lies there is a folder.
function problemOf(script: string): string | undefined {
  try {
    if (volumeContent(script) !== 'snippets') return `'${script}' is not in the snippets directory`;
    const path = volumePath(script);
    if (!statSync(path).isFile()) return `script '${script}' does not exist`;
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return `script '${script}' does not exist`;
    return isSystemError(error, 'EACCES') ? `script '${script}' is not executable` : messageOf(error);
  }
}
