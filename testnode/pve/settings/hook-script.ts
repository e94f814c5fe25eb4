import { accessSync, constants } from 'node:fs';
import { isSystemError, messageOf, ParameterFailure } from '../runtime/failure.ts';
import { volumeContent, volumePath } from '../storage/volumes.ts';

/** Fails unless a hook script is a snippet that can be run. Only changes are checked, not new VMs. */
export function checkHookScript(script: string | undefined): void {
  const problem = script === undefined ? undefined : problemOf(script);
  if (problem !== undefined)
    throw new ParameterFailure([{ parameter: 'hookscript', problem: `${problem}\n` }], 2);
}

function problemOf(script: string): string | undefined {
  try {
    if (volumeContent(script) !== 'snippets') return `'${script}' is not in the snippets directory`;
    accessSync(volumePath(script), constants.X_OK);
    return undefined;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return `script '${script}' does not exist`;
    return isSystemError(error, 'EACCES') ? `script '${script}' is not executable` : messageOf(error);
  }
}
