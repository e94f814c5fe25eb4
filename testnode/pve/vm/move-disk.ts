import type { Parameters } from '../cli/command.ts';
import { moveToStorage, moveToStorageTask } from '../disks/move.ts';
import { ParameterFailure } from '../runtime/failure.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import type { TaskResult } from '../tasks/start.ts';
import { reassignDisk, reassignTask } from './reassign-disk.ts';

/** `qm disk move`: to another storage or to another VM. */
export function moveDisk(parameters: Parameters): Promise<TaskResult> {
  const [storage, target] = [parameters.get('storage'), parameters.get('target-vmid')];
  if (storage !== undefined && target !== undefined)
    throw bothProblem("either set 'storage' or 'target-vmid', but not both");
  if (target !== undefined) return reassignDisk(parameters);
  if (storage !== undefined) return moveToStorage(parameters);
  throw bothProblem("both 'storage' and 'target-vmid' missing, either needs to be set");
}

export function moveDiskTask(payload: TaskPayload): Promise<void> {
  return 'target' in payload ? reassignTask(payload) : moveToStorageTask(payload);
}

function bothProblem(problem: string): ParameterFailure {
  return new ParameterFailure(['storage', 'target-vmid'].map(parameter => ({ parameter, problem })));
}
