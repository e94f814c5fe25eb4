import type { Command } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/store.ts';
import { assertRunning } from '../running/process.ts';
import {
  CLONE_OPTIONS,
  CREATE_OPTIONS,
  DESTROY_OPTIONS,
  OPTIONAL_DISK,
  REQUIRED_TEXT,
  SET_OPTIONS,
  SHUTDOWN_OPTIONS,
  SNAPSHOT_NAME,
  SNAPSHOT_OPTIONS,
  START_OPTIONS,
  STOP_OPTIONS,
  VMID,
} from '../options/command.ts';
import { migrateVm } from '../vm/migrate.ts';
import { BOOLEAN, integer, TEXT } from '../schema/kinds.ts';
import { cloneVm } from '../vm/clone.ts';
import { createVm } from '../vm/create.ts';
import { destroyVm } from '../vm/destroy.ts';
import { powerTask, rebootVm, resetVm, resumeVm, shutdownVm, suspendVm } from '../guests/power.ts';
import { listVms, showConfig, showPending } from '../vm/show.ts';
import { deleteSnapshot, rollBack, takeSnapshot } from '../vm/snapshot.ts';
import { listSnapshots } from '../vm/list-snapshots.ts';
import { encodeCheckedKeys } from '../config/ssh-keys.ts';
import { makeTemplate } from '../vm/template.ts';
import { updateVm } from '../vm/update.ts';
import { notImitated } from './not-imitated.ts';

const vm = { vmid: VMID };
const ONE_VM = ['vmid'];

export const VM_COMMANDS: readonly Command[] = [
  {
    name: 'clone',
    positional: ['vmid', 'newid'],
    parameters: { ...vm, newid: VMID, ...CLONE_OPTIONS },
    run: cloneVm,
  },
  {
    name: 'config',
    positional: ONE_VM,
    parameters: { ...vm, current: BOOLEAN, snapshot: TEXT },
    run: showConfig,
  },
  {
    name: 'create',
    positional: ONE_VM,
    parameters: { ...CREATE_OPTIONS, ...vm },
    secrets: ['cipassword'],
    files: { sshkeys: encodeCheckedKeys },
    run: createVm,
  },
  {
    name: 'delsnapshot',
    positional: ['vmid', 'snapname'],
    parameters: { ...vm, snapname: SNAPSHOT_NAME, force: BOOLEAN },
    run: deleteSnapshot,
  },
  {
    name: 'destroy',
    positional: ONE_VM,
    parameters: { ...vm, ...DESTROY_OPTIONS },
    run: destroyVm,
  },
  { name: 'list', positional: [], parameters: { full: BOOLEAN }, run: listVms },
  { name: 'listsnapshot', positional: ONE_VM, parameters: vm, run: listSnapshots },
  {
    name: 'migrate',
    positional: ['vmid', 'target'],
    parameters: { ...vm, target: REQUIRED_TEXT, online: BOOLEAN },
    run: migrateVm,
  },
  { name: 'pending', positional: ONE_VM, parameters: vm, run: showPending },
  {
    name: 'reboot',
    positional: ONE_VM,
    parameters: { ...vm, timeout: integer(0) },
    run: rebootVm,
  },
  { name: 'reset', positional: ONE_VM, parameters: { ...vm, skiplock: BOOLEAN }, run: resetVm },
  { name: 'resume', positional: ONE_VM, parameters: { ...vm, skiplock: BOOLEAN }, run: resumeVm },
  {
    name: 'rollback',
    positional: ['vmid', 'snapname'],
    parameters: { ...vm, snapname: SNAPSHOT_NAME, start: BOOLEAN },
    run: rollBack,
  },
  notImitated('sendkey', ['vmid', 'key'], { skiplock: BOOLEAN }, parameters => {
    loadConfig(vmidOf(parameters));
    assertRunning(vmidOf(parameters));
  }),
  {
    name: 'set',
    positional: ONE_VM,
    parameters: { ...SET_OPTIONS, ...vm },
    secrets: ['cipassword'],
    files: { sshkeys: encodeCheckedKeys },
    run: updateVm,
  },
  { name: 'shutdown', positional: ONE_VM, parameters: { ...vm, ...SHUTDOWN_OPTIONS }, run: shutdownVm },
  {
    name: 'snapshot',
    positional: ['vmid', 'snapname'],
    parameters: { ...vm, snapname: SNAPSHOT_NAME, ...SNAPSHOT_OPTIONS },
    run: takeSnapshot,
  },
  {
    name: 'start',
    positional: ONE_VM,
    parameters: { ...vm, ...START_OPTIONS },
    run: parameters => powerTask('qmstart', parameters),
  },
  {
    name: 'stop',
    positional: ONE_VM,
    parameters: { ...vm, ...STOP_OPTIONS },
    run: parameters => powerTask('qmstop', parameters),
  },
  {
    name: 'suspend',
    positional: ONE_VM,
    parameters: { ...vm, skiplock: BOOLEAN, todisk: BOOLEAN },
    run: suspendVm,
  },
  {
    name: 'template',
    positional: ONE_VM,
    parameters: { ...vm, disk: OPTIONAL_DISK },
    run: makeTemplate,
  },
];
