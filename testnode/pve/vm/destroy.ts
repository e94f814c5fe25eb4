import type { Parameters } from '../cli/command.ts';
import { isSet, vmidOf } from '../cli/command.ts';
import { removeConfig } from '../config/cluster.ts';
import { assertUnlocked, loadConfig } from '../config/store.ts';
import { isHaManaged, removeHaResource } from '../config/ha-resources.ts';
import { isTemplate } from '../config/sections.ts';
import type { Section, VmConfig } from '../config/sections.ts';
import { UNUSED_ENTRIES } from '../options/drive.ts';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print, warn, warnAndCount } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { isOnIn, numberIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { contentOf, isDisabled, isOnNode, readStorages } from '../storage/config.ts';
import { assertNoLinkedClones, freeVolume, listVolumes } from '../storage/volumes.ts';
import { drivesOf, isCdrom, isCloudInitDrive } from '../config/drive.ts';
import { removeFromPools } from './pools.ts';
import { isRunning } from '../running/process.ts';
import { isOwnVolume } from '../disks/unused.ts';

const RUNNING = 25;

/** `qm destroy`: refuses what must not go, lets a worker remove volumes and configuration. */
export async function destroyVm(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  const purge = isSet(parameters, 'purge');
  assertDestroyable(vmid, loadConfig(vmid), purge);
  return runTask({
    kind: 'qmdestroy',
    id: String(vmid),
    payload: {
      vmid,
      skipLock: isSet(parameters, 'skiplock'),
      purge,
      unreferenced: isSet(parameters, 'destroy-unreferenced-disks'),
    },
  });
}

export async function destroyTask(payload: TaskPayload): Promise<void> {
  const [vmid, purge] = [numberIn(payload, 'vmid'), isOnIn(payload, 'purge')];
  await withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    assertDestroyable(vmid, config, purge);
    assertUnlocked(config, isOnIn(payload, 'skipLock') || config.current.get('lock') === 'suspended');
    const volumes = ownVolumes(vmid, config);
    if (isTemplate(config)) for (const volid of volumes) assertNoLinkedClones(volid);
    for (const volid of volumes) await freeOrWarn(volid);
    if (isOnIn(payload, 'unreferenced')) await freeUnreferenced(vmid);
    if (purge) purgeReferences(vmid);
    removeConfig(vmid);
    removeFromPools(vmid);
  });
}

function purgeReferences(vmid: number): void {
  print(`purging VM ${vmid} from related configurations..`);
  if (!isHaManaged(vmid)) return;
  removeHaResource(`vm:${vmid}`);
  print(`NOTE: removed VM ${vmid} from HA resource configuration.`);
}

function assertDestroyable(vmid: number, config: VmConfig, purge: boolean): void {
  if (config.current.get('protection') === '1') {
    throw new PveFailure(`can't remove VM ${vmid} - protection mode enabled`);
  }
  if (!purge && isHaManaged(vmid)) {
    throw new PveFailure(`unable to remove VM ${vmid} - used in HA resources and purge parameter not set.`);
  }
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
    const text = `Could not remove disk '${volid}', check manually: ${messageOf(error)}`;
    if (isVersion9()) warnAndCount(text);
    else warn(text);
  }
}
