import type { Parameters } from '../cli/command.ts';
import { isSet, vmidOf } from '../cli/command.ts';
import { removeConfig } from '../config/cluster.ts';
import { assertUnlocked, loadConfig } from '../config/store.ts';
import type { Section, VmConfig } from '../config/sections.ts';
import { UNUSED_ENTRIES } from '../options/drive.ts';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print, warn } from '../runtime/output.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { isOnIn, numberIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { contentOf, isDisabled, isOnNode, readStorages } from '../storage/config.ts';
import { assertNoLinkedClones, freeVolume, listVolumes } from '../storage/volumes.ts';
import { drivesOf, isCdrom, isCloudInitDrive } from '../config/drive.ts';
import { isRunning } from '../running/process.ts';
import { isOwnVolume } from '../disks/unused.ts';

const RUNNING = 25;

/** `qm destroy`: refuses what must not go, lets a worker remove volumes and configuration. */
export async function destroyVm(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  const skipLock = isSet(parameters, 'skiplock');
  const config = loadConfig(vmid);
  assertDestroyable(vmid, config, skipLock);
  for (const volid of ownVolumes(vmid, config)) assertNoLinkedClones(volid);
  return runTask({
    kind: 'qmdestroy',
    id: String(vmid),
    payload: {
      vmid,
      skipLock,
      purge: isSet(parameters, 'purge'),
      unreferenced: isSet(parameters, 'destroy-unreferenced-disks'),
    },
  });
}

export async function destroyTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  await withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    assertDestroyable(vmid, config, isOnIn(payload, 'skipLock'));
    const volumes = ownVolumes(vmid, config);
    for (const volid of volumes) assertNoLinkedClones(volid);
    for (const volid of volumes) await freeOrWarn(volid);
    if (isOnIn(payload, 'unreferenced')) await freeUnreferenced(vmid);
    removeConfig(vmid);
  });
  if (isOnIn(payload, 'purge')) print(`purging VM ${vmid} from related configurations..`);
}

function assertDestroyable(vmid: number, config: VmConfig, skipLock: boolean): void {
  if (config.current.get('protection') === '1') {
    throw new PveFailure(`can't remove VM ${vmid} - protection mode enabled`);
  }
  assertUnlocked(config, skipLock);
  if (isRunning(vmid)) throw new PveFailure(`VM ${vmid} is running - destroy failed`, RUNNING);
}

function ownVolumes(vmid: number, config: VmConfig): readonly string[] {
  const sections = [config.current, ...config.snapshots.values()];
  const volumes = sections.flatMap(section => [...driveVolumes(section), ...otherVolumes(section)]);
  return [...new Set(volumes)].filter(volid => isOwnVolume(vmid, volid));
}

function driveVolumes(section: Section): readonly string[] {
  return drivesOf(section)
    .filter(drive => !isCdrom(drive) || isCloudInitDrive(drive))
    .map(({ file }) => file);
}

function otherVolumes(section: Section): readonly string[] {
  return [...UNUSED_ENTRIES, 'vmstate'].flatMap(name => section.get(name) ?? []);
}

async function freeUnreferenced(vmid: number): Promise<void> {
  for (const storage of readStorages()) {
    if (isDisabled(storage) || !isOnNode(storage) || !contentOf(storage).includes('images')) continue;
    for (const { name, content } of listVolumes(storage, vmid)) {
      if (content === 'images') await freeOrWarn(`${storage.id}:${name}`);
    }
  }
}

async function freeOrWarn(volid: string): Promise<void> {
  try {
    await freeVolume(volid);
  } catch (error) {
    warn(`Could not remove disk '${volid}', check manually: ${messageOf(error)}`);
  }
}
