import type { ClusterAction } from '../sdk/step.ts';
import { removeFile as remove, writeAtomically } from '../system/files.ts';

export const writeFile = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'write-file'
    ? writeAtomically(action.path, action.content, action.mode, 'www-data')
    : undefined;

export const removeFile = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'remove-file' ? remove(action.path) : undefined;
