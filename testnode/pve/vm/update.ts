import type { Parameters } from '../cli/command.ts';
import { given, isSet, vmidOf } from '../cli/command.ts';
import { updateCloudInitDrive } from '../cloudinit/drive-image.ts';
import {
  assertDigest,
  assertUnlocked,
  loadConfig,
  loadWithDigest,
  saveConfig,
} from '../config/config-store.ts';
import { byKey } from '../config/format-config.ts';
import { isTemplate, withPending } from '../config/vm-config.ts';
import type { Section, VmConfig } from '../config/vm-config.ts';
import { isVmOption } from '../options/vm-options.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { printAsPerl, warn } from '../runtime/output.ts';
import { freeVolume } from '../storage/volumes.ts';
import { bootOrderWithout } from './boot-order.ts';
import { checkDrives } from './check-drives.ts';
import { checkHookScript, vmOptionsOf } from './create.ts';
import { createDisks } from './create-disks.ts';
import { isCloudInitDrive, isDriveSlot, newCloudInitStorage, parseDrive } from './drive.ts';
import { applyPending } from './apply-pending.ts';
import { hotplugPending } from './hotplug.ts';
import { hashPassword } from './password.ts';
import { isRunning } from './process.ts';
import { storedValue } from './store-value.ts';

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
  await withVmLock(vmid, async () => {
    const stored = loadWithDigest(vmid);
    assertDigest(stored, parameters.get('digest'));
    assertUnlocked(stored.config, isSet(parameters, 'skiplock'));
    printAsPerl(`update VM ${vmid}: ${echo(parameters)}`);
    if (await notePending(vmid, stored.config, changes)) await applyNow(vmid, changes);
  });
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
  const password = set.get('cipassword');
  if (password !== undefined) set.set('cipassword', hashPassword(password));
  const remove = list(parameters.get('delete'));
  const revert = list(parameters.get('revert'));
  if ([...parameters.keys()].every(name => name === 'vmid' || name === 'skiplock' || name === 'digest')) {
    throw new PveFailure('no options specified');
  }
  checkNames(set, remove, revert);
  checkHookScript(set);
  if (set.get('description') === '') {
    set.delete('description');
    remove.push('description');
  }
  return { set, drives: checkDrives(set), remove, revert, force: isSet(parameters, 'force') };
}

function checkNames(set: Section, remove: readonly string[], revert: readonly string[]): void {
  for (const [parameter, names] of [
    ['delete', remove],
    ['revert', revert],
  ] as const) {
    for (const name of names) {
      if (set.has(name)) {
        throw problem(parameter, `you can't use '-${name}' and -${parameter} ${name}' at the same time`);
      }
      if (!isVmOption(name)) throw problem(parameter, `unknown option '${name}'`);
    }
  }
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
  for (const [name, value] of [...changes.set].sort(byKey)) {
    config.pending.set(name, await pendingValue(vmid, config, changes.drives, name, value));
    config.pendingDelete.delete(name);
    saveConfig(vmid, config);
    isChanged = true;
  }
  return isChanged;
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
    throw new PveFailure(`can't remove unused disk '${name}' - protection mode enabled`);
  if (isDriveSlot(name)) throw new PveFailure(`can't remove drive '${name}' - protection mode enabled`);
}

async function applyNow(vmid: number, changes: Changes): Promise<void> {
  const config = loadConfig(vmid);
  if (isRunning(vmid)) {
    await hotplugPending(vmid, config);
  } else {
    await applyPending(vmid, config);
    if (attachesCloudInit(changes.drives)) updateCloudInitDrive(vmid, withPending(config));
  }
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

function list(text: string | undefined): string[] {
  return (text ?? '').split(/[;, ]+/).filter(name => name !== '');
}

function problem(parameter: string, text: string): ParameterFailure {
  return new ParameterFailure([{ parameter, problem: text }]);
}
