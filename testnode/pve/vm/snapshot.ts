import { randomUUID } from 'node:crypto';
import type { Parameters } from '../cli/command.ts';
import { given, isSet, vmidOf } from '../cli/command.ts';
import { changeUnlockedConfig } from '../config/locked.ts';
import { assertUnlocked, loadConfig } from '../config/store.ts';
import { isTemplate } from '../config/sections.ts';
import type { Section, VmConfig } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { isOnIn, numberIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { canSnapshotVolume, snapshotVolume } from '../storage/volumes.ts';
import { drivesOf, isCdrom } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { isRunning } from '../running/process.ts';
import { startVm, stopTask } from '../guests/power.ts';

const RESERVED_NAMES = ['current', 'pending'];

/** Keys that a snapshot does not hold, or that outlive a rollback. */
const NOT_IN_SNAPSHOT = /^(unused\d+|lock|parent|template)$/;
const NOT_ROLLED_BACK = /^(snaptime|vmstate|description|runningmachine|runningcpu)$/;

/** `qm snapshot` */
export function takeSnapshot(parameters: Parameters): Promise<TaskResult> {
  const [vmid, name] = [vmidOf(parameters), given(parameters, 'snapname')];
  if (RESERVED_NAMES.includes(name))
    throw new PveFailure(`unable to use snapshot name '${name}' (reserved name)`);
  assertUnlocked(loadConfig(vmid));
  return runTask({
    kind: 'qmsnapshot',
    id: String(vmid),
    payload: { vmid, name, description: parameters.get('description') ?? '' },
  });
}

/** `qm delsnapshot` */
export function deleteSnapshot(parameters: Parameters): Promise<TaskResult> {
  const [vmid, name] = [vmidOf(parameters), given(parameters, 'snapname')];
  assertUnlocked(loadConfig(vmid));
  return runTask({ kind: 'qmdelsnapshot', id: String(vmid), payload: { vmid, name } });
}

/** `qm rollback` */
export function rollBack(parameters: Parameters): Promise<TaskResult> {
  const [vmid, name] = [vmidOf(parameters), given(parameters, 'snapname')];
  assertUnlocked(loadConfig(vmid));
  const payload = { vmid, name, start: isSet(parameters, 'start') };
  return runTask({ kind: 'qmrollback', id: String(vmid), payload });
}

export function takeSnapshotTask(payload: TaskPayload): Promise<void> {
  return changeUnlockedConfig(numberIn(payload, 'vmid'), config => {
    const snapshot = textIn(payload, 'name');
    if (isTemplate(config)) throw new PveFailure("you can't take a snapshot if it's a template");
    if (config.snapshots.has(snapshot)) throw new PveFailure(`snapshot name '${snapshot}' already used`);
    const drives = snapshotDrives(config.current);
    if (!drives.every(({ file }) => canSnapshotVolume(file))) {
      throw new PveFailure('snapshot feature is not available');
    }
    for (const { slot, file } of drives) {
      print(`snapshotting 'drive-${slot}' (${file})`);
      snapshotVolume('create', file, snapshot);
    }
    config.snapshots.set(snapshot, describe(config, textIn(payload, 'description')));
    config.current.set('parent', snapshot);
  });
}

export function deleteSnapshotTask(payload: TaskPayload): Promise<void> {
  return changeUnlockedConfig(numberIn(payload, 'vmid'), config => {
    const snapshot = textIn(payload, 'name');
    const section = requireSnapshot(config, snapshot);
    for (const { file } of snapshotDrives(section)) snapshotVolume('delete', file, snapshot);
    for (const child of [config.current, ...config.snapshots.values()]) {
      if (child.get('parent') === snapshot) inheritParent(child, section);
    }
    config.snapshots.delete(snapshot);
  });
}

export async function rollBackTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  const snapshot = textIn(payload, 'name');
  if (isRunning(vmid)) await stopTask({ vmid });
  await changeUnlockedConfig(numberIn(payload, 'vmid'), config => {
    const section = requireSnapshot(config, snapshot);
    for (const { file } of snapshotDrives(section)) snapshotVolume('apply', file, snapshot);
    const unused = [...config.current].filter(([key]) => /^unused\d+$/.test(key));
    const restored = [...section].filter(([key]) => !NOT_ROLLED_BACK.test(key));
    const description = config.current.get('description');
    config.current.clear();
    for (const [key, value] of [...restored, ...unused]) config.current.set(key, value);
    if (description !== undefined) config.current.set('description', description);
    config.current.set('parent', snapshot);
    if (config.current.has('vmgenid')) config.current.set('vmgenid', randomUUID());
  });
  if (isOnIn(payload, 'start')) await startVm(vmid, { skipLock: false });
}

function describe({ current }: VmConfig, description: string): Section {
  const section: Section = new Map([...current].filter(([key]) => !NOT_IN_SNAPSHOT.test(key)));
  const parent = current.get('parent');
  if (parent !== undefined) section.set('parent', parent);
  section.delete('description');
  if (description !== '') section.set('description', description);
  section.set('snaptime', String(Math.floor(Date.now() / 1000)));
  return section;
}

function requireSnapshot(config: VmConfig, name: string): Section {
  const section = config.snapshots.get(name);
  if (!section) throw new PveFailure(`snapshot '${name}' does not exist`);
  return section;
}

function inheritParent(child: Section, removed: Section): void {
  const grandparent = removed.get('parent');
  if (grandparent === undefined) child.delete('parent');
  else child.set('parent', grandparent);
}

function snapshotDrives(section: Section): readonly Drive[] {
  return drivesOf(section).filter(drive => !isCdrom(drive));
}
