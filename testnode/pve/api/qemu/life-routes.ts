import type { Caller } from '../../access/caller.ts';
import { ANY_USER } from '../../access/permission.ts';
import { deny } from '../../runtime/failure.ts';
import type { Permission } from '../../access/permission.ts';
import type { Parameters } from '../../cli/command.ts';
import { isSet, vmidOf } from '../../cli/command.ts';
import {
  CLONE_OPTIONS,
  CREATE_OPTIONS,
  DESTROY_OPTIONS,
  OPTIONAL_DISK,
  VMID,
} from '../../options/command.ts';
import { BOOLEAN } from '../../schema/kinds.ts';
import { createVm, vmOptionsOf } from '../../vm/create.ts';
import { cloneVm } from '../../vm/clone.ts';
import { destroyVm } from '../../vm/destroy.ts';
import { allStatuses, allFullStatuses } from '../../vm/status.ts';
import { makeTemplate } from '../../vm/template.ts';
import { nodeOf } from '../local-node.ts';
import type { Route } from '../route.ts';
import { assertMayClone } from './may-clone.ts';
import { assertBridge, assertMaySet, assertOnVm } from './may-configure.ts';
import { assertVolumes } from './may-use-volumes.ts';
import { asTask, assertKeys, ENCODED_KEYS, onVm, VM, VMS } from './vm.ts';

/** A VM may be made by who may make it, or put any into the pool that it is to be in. */
const MAY_MAKE: (vmid: string) => Permission = parameter => ({
  kind: 'rule',
  check: (parameters, caller) => {
    const pool = parameters.get('pool');
    const isAllowed =
      caller.may(`/vms/${parameters.get(parameter) ?? ''}`, 'VM.Allocate') ||
      (pool !== undefined && caller.may(`/pool/${pool}`, 'VM.Allocate'));
    if (!isAllowed) throw deny();
  },
});

/** How VMs come and go. */
export const LIFE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: VMS,
    permission: ANY_USER,
    isProtected: true,
    parameters: { full: BOOLEAN },
    answer: listVms,
  },
  {
    method: 'POST',
    path: VMS,
    permission: MAY_MAKE('vmid'),
    isProtected: true,
    parameters: { ...CREATE_OPTIONS, sshkeys: ENCODED_KEYS, vmid: VMID },
    secrets: ['cipassword'],
    answer: asTask(createVm, assertMayCreate),
  },
  {
    method: 'POST',
    path: `${VM}/clone`,
    permission: { kind: 'every', parts: [onVm('VM.Clone'), MAY_MAKE('newid')] },
    isProtected: true,
    parameters: { ...CLONE_OPTIONS, newid: VMID },
    answer: asTask(cloneVm, assertMayClone),
  },
  {
    method: 'POST',
    path: `${VM}/template`,
    permission: onVm('VM.Allocate'),
    isProtected: true,
    parameters: { disk: OPTIONAL_DISK },
    answer: asTask(makeTemplate),
  },
  {
    method: 'DELETE',
    path: VM,
    permission: onVm('VM.Allocate'),
    isProtected: true,
    parameters: DESTROY_OPTIONS,
    answer: asTask(destroyVm),
  },
];

// What the caller may not see is left out, silently.
function listVms(parameters: Parameters, caller: Caller): readonly object[] {
  const node = nodeOf(parameters);
  const statuses = isSet(parameters, 'full') ? allFullStatuses(node) : allStatuses(node);
  return statuses.filter(({ vmid }) => caller.may(`/vms/${vmid}`, 'VM.Audit'));
}

// A new VM's disks ask for their space alone; what else they are is up to who may make the VM.
function assertMayCreate(parameters: Parameters, caller: Caller): void {
  const vmid = vmidOf(parameters);
  const options = vmOptionsOf(parameters);
  const pool = parameters.get('pool');
  if (isSet(parameters, 'start')) assertOnVm(vmid, ['VM.PowerMgmt'], caller, pool);
  assertKeys(parameters);
  assertVolumes(vmid, options, caller);
  assertMaySet(vmid, options, caller, pool);
  for (const [option, value] of options) assertBridge(option, value, caller);
}
