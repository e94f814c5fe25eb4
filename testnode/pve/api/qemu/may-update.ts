import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { vmidOf } from '../../cli/command.ts';
import { drivesOf, isDriveSlot, parseDrive } from '../../config/drive.ts';
import { ownerOf } from '../../config/cluster.ts';
import { loadConfig } from '../../config/store.ts';
import { withPending } from '../../config/sections.ts';
import type { Section } from '../../config/sections.ts';
import { splitList } from '../../schema/split-list.ts';
import { parseVolumeId } from '../../storage/volume-id.ts';
import { vmOptionsOf } from '../../vm/create.ts';
import { assertBridge, assertMaySet, assertOption } from './may-configure.ts';
import { assertVolumes, privilegesForDrive } from './may-use-volumes.ts';
import { PveFailure } from '../../runtime/failure.ts';

/** Fails unless the caller may change a VM's configuration like this: the volumes first, then each option. */
export function assertMayUpdate(parameters: Parameters, caller: Caller): void {
  const vmid = vmidOf(parameters);
  const options = vmOptionsOf(parameters);
  const removed = splitList(parameters.get('delete') ?? '').map(name => (name === 'cdrom' ? 'ide2' : name));
  assertVolumes(vmid, options, caller);
  const present: Section = ownerOf(vmid) ? withPending(loadConfig(vmid)) : new Map<string, string>();
  for (const name of removed) if (!isUnused(name) || present.has(name)) assertOption(vmid, name, caller);
  assertMaySet(vmid, options, caller);
  assertAgainst(vmid, present, options, removed, caller);
}

/** What depends on what the VM has now: its drives, the bridges that it leaves, the volumes that go. */
function assertAgainst(
  vmid: number,
  present: Section,
  options: Section,
  removed: readonly string[],
  caller: Caller,
): void {
  for (const name of removed) {
    const value = present.get(name);
    if (value === undefined) continue;
    if (isDriveSlot(name)) caller.assertAll(`/vms/${vmid}`, ...privilegesForDrive(parseDrive(name, value)));
    if (isUnused(name))
      caller.assertAll(`/storage/${parseVolumeId(value).storage}`, 'Datastore.AllocateSpace');
  }
  for (const drive of drivesOf(options)) caller.assertAll(`/vms/${vmid}`, ...privilegesForDrive(drive));
  for (const [option, value] of options) {
    assertBridge(option, value, caller);
    const before = present.get(option);
    if (before !== undefined) assertBridge(option, before, caller);
    assertSerial(option, value, caller);
  }
}

function isUnused(name: string): boolean {
  return /^unused\d+$/.test(name);
}

function assertSerial(option: string, value: string, caller: Caller): void {
  if (!/^serial\d+$/.test(option) || caller.isRoot || value === 'socket') return;
  throw new PveFailure(`only root can modify '${option}' config for real devices`);
}
