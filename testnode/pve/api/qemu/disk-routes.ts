import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { moveDisk } from '../../vm/move-disk.ts';
import { resizeDisk } from '../../disks/resize.ts';
import { DISK, DISK_OR_UNUSED, MOVE_OPTIONS, NEW_SIZE, RESIZE_OPTIONS } from '../../options/command.ts';
import { BOOLEAN, formatted } from '../../schema/kinds.ts';
import { unlinkDisks } from '../../vm/update.ts';
import type { Route } from '../route.ts';
import { asTask, onVm, ownParameters, VM } from './vm.ts';

const CHANGE_DISKS = onVm('VM.Config.Disk');

/** What is done to one disk of a VM. */
export const DISK_ROUTES: readonly Route[] = [
  {
    method: 'PUT',
    path: `${VM}/resize`,
    permission: CHANGE_DISKS,
    isProtected: true,
    parameters: { ...RESIZE_OPTIONS, disk: DISK, size: NEW_SIZE },
    answer: asTask(resizeDisk),
  },
  {
    method: 'POST',
    path: `${VM}/move_disk`,
    permission: CHANGE_DISKS,
    isProtected: true,
    parameters: {
      ...MOVE_OPTIONS,
      disk: { ...DISK_OR_UNUSED, required: true },
      storage: formatted('storage-id'),
    },
    answer: asTask(moveDisk, assertSpace),
  },
  {
    method: 'PUT',
    path: `${VM}/unlink`,
    permission: CHANGE_DISKS,
    isProtected: true,
    parameters: {
      force: BOOLEAN,
      idlist: { type: 'string', format: 'config-id', isList: true, required: true },
    },
    answer: parameters => unlinkDisks(ownParameters(parameters)),
  },
];

function assertSpace(parameters: Parameters, caller: Caller): void {
  const storage = parameters.get('storage');
  if (storage !== undefined) caller.assertAll(`/storage/${storage}`, 'Datastore.AllocateSpace');
  const target = parameters.get('target-vmid');
  if (target !== undefined && target !== given(parameters, 'vmid'))
    caller.assertAll(`/vms/${target}`, 'VM.Config.Disk');
}
