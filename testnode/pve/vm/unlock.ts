import type { Parameters } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { changeConfig } from '../config/locked.ts';

/** `qm unlock`: removes the lock that a task left, whether there is one or not. */
export function unlockVm(parameters: Parameters): Promise<void> {
  return changeConfig(vmidOf(parameters), config => {
    config.current.delete('lock');
  });
}
