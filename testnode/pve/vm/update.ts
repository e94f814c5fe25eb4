import { randomUUID } from 'node:crypto';
import type { Parameters } from '../cli/command.ts';
import { given, isSet, vmidOf } from '../cli/command.ts';
import { updateCloudInitDrive } from '../cloudinit/drive-image.ts';
import {
  assertDigest,
  assertUnlocked,
  loadConfig,
  loadWithDigest,
  readSilently,
  saveConfig,
} from '../config/store.ts';
import { byKey } from '../config/format.ts';
import { isTemplate, withPending } from '../config/sections.ts';
import type { Section, VmConfig } from '../config/sections.ts';
import { isVmOption } from '../options/vm.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { printAsPerl, warn } from '../runtime/output.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { optionsIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { splitList } from '../schema/split-list.ts';
import { freeVolume } from '../storage/volumes.ts';
import { bootDevices, bootOrderWithout, formatBootOrder } from '../config/boot-order.ts';
import { checkDrives } from '../disks/check.ts';
import { vmOptionsOf } from './create.ts';
import { createDisks } from '../disks/create.ts';
import { isCdrom, isCloudInitDrive, isDriveSlot, newCloudInitStorage, parseDrive } from '../config/drive.ts';
import { applyPending, dropSettled } from '../settings/pending.ts';
import { checkHookScript } from '../settings/hook-script.ts';
import { hotplugPending } from '../settings/hotplug.ts';
import { assertMachine, machineFor } from '../settings/machine.ts';
import { windowsVersion } from '../config/windows.ts';
import { memoryMib } from './status.ts';
import { hashPassword } from '../settings/password.ts';
import { isRunning } from '../running/process.ts';
import { storedValue } from '../settings/stored-value.ts';
import { abandonDrive } from '../disks/unused.ts';

/** Parameters that change nothing by themselves. */
const NO_CHANGE = ['vmid', 'skiplock', 'digest', 'force', 'delete', 'revert'];

/** What a call of `qm set` asks for. */
interface Changes {
  readonly set: Section;
  readonly drives: Section;
  readonly remove: readonly string[];
  readonly revert: readonly string[];
  readonly force: boolean;
}

/** `qm set`: notes the changes as pending, then applies what can be applied now. */
export async function updateVm(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  const changes = readChanges(parameters);
  // Seen on real nodes while a VM is made: who is locked out by the configuration does not wait for the file.
  assertUnlocked(readSilently(vmid), isSet(parameters, 'skiplock'));
  await withVmLock(vmid, async () => {
    const stored = loadWithDigest(vmid);
    assertDigest(stored, parameters.get('digest'));
    assertUnlocked(stored.config, isSet(parameters, 'skiplock'));
    assertBalloon(stored.config, changes.set);
    printAsPerl(`update VM ${vmid}: ${echo(parameters)}`);
    if (await notePending(vmid, stored.config, changes)) await applyNow(vmid, changes);
  });
}

/** The same in a worker, after what can be refused at once has been. */
export function updateVmInBackground(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  readChanges(parameters);
  const stored = loadWithDigest(vmid);
  assertDigest(stored, parameters.get('digest'));
  assertUnlocked(stored.config, isSet(parameters, 'skiplock'));
  return runTask({
    kind: 'qmconfig',
    id: String(vmid),
    payload: { options: Object.fromEntries(parameters) },
  });
}

export function updateTask(payload: TaskPayload): Promise<void> {
  return updateVm(optionsIn(payload, 'options'));
}

/** `qm disk unlink`: the removal of drives by another name. */
export function unlinkDisks(parameters: Parameters): Promise<void> {
  const force = parameters.get('force');
  return updateVm(
    new Map([
      ['vmid', given(parameters, 'vmid')],
      ['delete', given(parameters, 'idlist')],
      ...(force === undefined ? [] : [['force', force] as const]),
    ]),
  );
}

function readChanges(parameters: Parameters): Changes {
  const set = vmOptionsOf(parameters);
  const remove = splitList(parameters.get('delete') ?? '').map(realName);
  const revert = splitList(parameters.get('revert') ?? '').map(realName);
  const isEmpty = [...parameters.keys()].every(name => NO_CHANGE.includes(name));
  if (isEmpty && !parameters.get('delete') && !parameters.get('revert')) {
    throw new PveFailure('no options specified');
  }
  checkNames(set, remove, revert);
  checkHookScript(set.get('hookscript'));
  if (set.get('vmgenid') === '1') set.set('vmgenid', randomUUID());
  return { set, drives: checkDrives(set), remove, revert, force: isSet(parameters, 'force') };
}

function realName(option: string): string {
  return option === 'cdrom' ? 'ide2' : option;
}

function checkNames(set: Section, remove: readonly string[], revert: readonly string[]): void {
  for (const name of revert) {
    if (!isVmOption(name)) throw problem('revert', `unknown option '${name}'`);
    // PVE names the other parameter here.
    if (set.has(name)) throw conflict('delete', `-${name}`, `-revert ${name}`);
  }
  for (const name of remove) {
    if (set.has(name)) throw conflict('delete', `-${name}`, `-delete ${name}`);
    if (revert.includes(name)) throw conflict('revert', `-delete ${name}`, `-revert ${name}`);
    if (!isVmOption(name)) throw problem('delete', `unknown option '${name}'`);
  }
}

function conflict(parameter: string, one: string, other: string): ParameterFailure {
  return problem(parameter, `you can't use '${one}' and ${other}' at the same time`);
}

// Each change is written at once, as PVE does: when a later one fails, the earlier ones stay pending.
async function notePending(vmid: number, config: VmConfig, changes: Changes): Promise<boolean> {
  let isChanged = revertPending(config, changes.revert);
  if (isChanged) saveConfig(vmid, config);
  for (const name of changes.remove) {
    if (!(await noteRemoval(vmid, config, name, changes.force))) continue;
    saveConfig(vmid, config);
    isChanged = true;
  }
  const hasBootOrder = bootDevices(config.current.get('boot')).length > 0;
  for (const [name, value] of inOrder(changes)) {
    assertValue(config, changes, name, value);
    if (name === 'cipassword') {
      storePassword(vmid, config, value);
      continue;
    }
    if (name === 'ostype') pinMachine(config, changes, value);
    await leavePendingDrive(vmid, config, name);
    config.pending.set(name, await pendingValue(vmid, config, changes.drives, name, value));
    config.pendingDelete.delete(name);
    if (name === 'boot' && config.current.has('bootdisk'))
      config.pendingDelete.set('bootdisk', { force: false });
    if (hasBootOrder && isNewCdrom(changes.drives, name)) bootFromToo(config, name);
    saveConfig(vmid, config);
    isChanged = true;
  }
  return isChanged;
}

// PVE takes them in the order of a Perl hash. Drives come first here: while one is filled, nothing else has changed.
function inOrder({ set, drives }: Changes): readonly (readonly [string, string])[] {
  const sorted = [...set].sort(byKey);
  return [...sorted.filter(([name]) => drives.has(name)), ...sorted.filter(([name]) => !drives.has(name))];
}

// Set at once, whether the VM runs or not. Windows has no use for a hash: there it stays as it is.
function storePassword(vmid: number, config: VmConfig, password: string): void {
  const isWindows = windowsVersion(config.current.get('ostype')) > 0;
  config.current.set('cipassword', isWindows ? password : hashPassword(password));
  config.pendingDelete.delete('cipassword');
  saveConfig(vmid, config);
}

// As for a new VM, unless the machine is chosen or given up by the same call.
function pinMachine(config: VmConfig, { set, remove }: Changes, ostype: string): void {
  if (set.has('machine') || config.pending.has('machine') || remove.includes('machine')) return;
  const machine = machineFor(ostype, config.current.get('machine'), config.current.get('arch'));
  if (machine !== undefined) config.pending.set('machine', machine);
}

function assertBalloon(config: VmConfig, set: Section): void {
  if (!set.has('memory') && !set.has('balloon')) return;
  const values = withPending(config);
  const balloon = Number(set.get('balloon') ?? values.get('balloon') ?? 0);
  if (balloon > memoryMib(new Map([...values, ...set])))
    throw new PveFailure('balloon value too large (must be smaller than assigned memory)');
}

// The version of a TPM's state cannot change under it.
function assertTpmVersion({ current }: VmConfig, value: string): void {
  const [old, wanted] = [current.get('tpmstate0') ?? '', value].map(text => parseDrive('tpmstate0', text));
  const versions = [old, wanted].map(drive => drive?.properties.get('version') ?? 'v1.2');
  if (old?.file === wanted?.file && versions[0] !== versions[1])
    throw new PveFailure('cannot change TPM state version after creation');
}

function assertValue(config: VmConfig, changes: Changes, name: string, value: string): void {
  if (name === 'machine') assertMachine(value);
  if (name === 'tpmstate0') assertTpmVersion(config, value);
  if (name === 'boot') assertBootDevices(config, changes, value);
}

function assertBootDevices({ current, pending }: VmConfig, { set, remove }: Changes, boot: string): void {
  for (const device of bootDevices(boot)) {
    const exists = [current, pending, set].some(section => section.has(device));
    if (!exists || remove.includes(device))
      throw new PveFailure(`invalid bootorder: device '${device}' does not exist'`);
  }
}

// A drive that waits for a restart and is replaced before that: its volume is kept.
async function leavePendingDrive(vmid: number, config: VmConfig, name: string): Promise<void> {
  const waiting = config.pending.get(name);
  if (waiting === undefined || !isDriveSlot(name)) return;
  await abandonDrive(vmid, config, parseDrive(name, waiting));
}

function isNewCdrom(drives: Section, name: string): boolean {
  const text = drives.get(name);
  if (text === undefined) return false;
  const drive = parseDrive(name, text);
  return isCdrom(drive) && !isCloudInitDrive(drive) && newCloudInitStorage(drive) === undefined;
}

function bootFromToo(config: VmConfig, name: string): void {
  const devices = bootDevices(config.pending.get('boot') ?? config.current.get('boot'));
  if (!devices.includes(name)) config.pending.set('boot', formatBootOrder([...devices, name]));
}

async function pendingValue(
  vmid: number,
  config: VmConfig,
  drives: Section,
  name: string,
  value: string,
): Promise<string> {
  const wish = drives.get(name);
  if (wish === undefined) return storedValue(name, value);
  const attached = withPending(config);
  const owner = { vmid, isTemplate: isTemplate(config), attached };
  const created = await createDisks(owner, new Map([[name, wish]]));
  return created.drives.get(name) ?? wish;
}

function revertPending(config: VmConfig, names: readonly string[]): boolean {
  const reverted = names.filter(name => config.pending.delete(name) || config.pendingDelete.delete(name));
  return reverted.length > 0;
}

async function noteRemoval(vmid: number, config: VmConfig, name: string, force: boolean): Promise<boolean> {
  const value = config.current.get(name);
  if (value === undefined && !config.pending.has(name)) {
    warn(`cannot delete '${name}' - not set in current configuration!`);
    return config.pending.delete(name);
  }
  assertMayRemove(config, name);
  await leavePendingDrive(vmid, config, name);
  if (/^unused\d+$/.test(name)) {
    await freeVolume(value ?? '');
    config.current.delete(name);
    return true;
  }
  const boot = bootOrderWithout(config.pending.get('boot') ?? config.current.get('boot'), name);
  if (boot !== undefined) config.pending.set('boot', boot);
  config.pending.delete(name);
  config.pendingDelete.set(name, { force });
  return true;
}

function assertMayRemove({ current }: VmConfig, name: string): void {
  if (current.get('protection') !== '1') return;
  if (/^unused\d+$/.test(name))
    throw new PveFailure(`can't remove unused disk '${current.get(name) ?? ''}' - protection mode enabled`);
  if (isDriveSlot(name)) throw new PveFailure(`can't remove drive '${name}' - protection mode enabled`);
}

async function applyNow(vmid: number, changes: Changes): Promise<void> {
  const config = loadConfig(vmid);
  if (dropSettled(config)) saveConfig(vmid, config);
  if (isRunning(vmid)) {
    await hotplugPending(vmid, config, changedBy(changes));
  } else {
    await applyPending(vmid, config);
    if (attachesCloudInit(changes.drives)) await updateCloudInitDrive(vmid, withPending(config));
  }
}

// PVE tries what this call asks for, and what follows from it; what has waited longer goes on waiting.
function changedBy({ set, remove }: Changes): (name: string) => boolean {
  const names = new Set([...set.keys(), ...remove]);
  return name => names.has(name);
}

function attachesCloudInit(drives: Section): boolean {
  return [...drives].some(([slot, text]) => {
    const drive = parseDrive(slot, text);
    return newCloudInitStorage(drive) !== undefined || isCloudInitDrive(drive);
  });
}

function echo(parameters: Parameters): string {
  return [...parameters]
    .filter(([name]) => name !== 'vmid' && name !== 'digest')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `-${name} ${name === 'cipassword' ? '<hidden>' : value}`)
    .join(' ');
}

function problem(parameter: string, text: string): ParameterFailure {
  return new ParameterFailure([{ parameter, problem: text }]);
}
