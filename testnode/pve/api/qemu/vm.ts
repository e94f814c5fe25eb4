import type { Caller } from '../../access/caller.ts';
import { needs, needsOneOf } from '../../access/permission.ts';
import type { Parameters } from '../../cli/command.ts';
import { assertValidKeys, decodeKeys } from '../../config/ssh-keys.ts';
import { formatted } from '../../schema/kinds.ts';
import type { TaskResult } from '../../tasks/start.ts';
import type { Route } from '../route.ts';
import { assertRootParameters } from './may-configure.ts';

/** Where the VMs of a node are, and one of them. */
export const VMS = '/nodes/{node}/qemu';
export const VM = `${VMS}/{vmid}`;

/** Unlike `qm`, which is given a file, the API takes the keys themselves, percent-encoded. */
export const ENCODED_KEYS = formatted('url-encoded');

/** A privilege on the VM of a path. */
export const onVm = (...privileges: readonly string[]) => needs('/vms/{vmid}', ...privileges);
export const onVmOneOf = (...privileges: readonly string[]) => needsOneOf('/vms/{vmid}', ...privileges);

/** The answer of a call that starts a worker: the worker's id. `check` refuses what the caller may not. */
export function asTask(
  run: (parameters: Parameters) => Promise<TaskResult>,
  check: (parameters: Parameters, caller: Caller) => void = () => undefined,
): Route['answer'] {
  return async (parameters, caller) => {
    const own = ownParameters(parameters);
    assertRootParameters(own, caller);
    check(own, caller);
    return (await run(own)).upid;
  };
}

/** Parameters as the commands know them: these are about a VM of this node. */
export function ownParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].filter(([name]) => name !== 'node'));
}

/** Fails for keys that are none. */
export function assertKeys(parameters: Parameters): void {
  const keys = parameters.get('sshkeys');
  if (keys !== undefined && keys !== '') assertValidKeys(decodeKeys(keys));
}
