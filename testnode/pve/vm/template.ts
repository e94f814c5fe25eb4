import type { Parameters } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { assertUnlocked, loadConfig, saveConfig } from '../config/store.ts';
import { isTemplate } from '../config/sections.ts';
import type { VmConfig } from '../config/sections.ts';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { reachStep } from '../runtime/faults.ts';
import { withVmLock } from '../runtime/lock.ts';
import { warn } from '../runtime/output.ts';
import { runTaskWithoutVerdict } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { numberIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { isVolumeId, parseVolumeId } from '../storage/volume-id.ts';
import { backendOf, inspectVolume, makeBaseVolume } from '../storage/volumes.ts';
import { findStorage } from '../storage/config.ts';
import { changeDrive, drivesOf, formatDrive, isCdrom } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { isRunning } from '../running/process.ts';

const RUNNING = 25;

/** `qm template`: exits 0 even when its worker fails, as the real one does. */
export async function makeTemplate(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  const disk = parameters.get('disk') ?? '';
  assertConvertible(vmid, loadConfig(vmid), disk);
  return runTaskWithoutVerdict({ kind: 'qmtemplate', id: String(vmid), payload: { vmid, disk } });
}

/** The worker's part: the flag first, then disk after disk, so that a failure leaves a flag without base images. */
export function templateTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  const only = textIn(payload, 'disk');
  return withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    assertConvertible(vmid, config, only);
    config.current.set('template', '1');
    saveConfig(vmid, config);
    reachStep('flagged');
    for (const drive of drivesOf(config.current)) {
      if (isCdrom(drive) || (only !== '' && only !== drive.slot)) continue;
      config.current.set(drive.slot, formatDrive(await makeBase(drive)));
      saveConfig(vmid, config);
    }
  });
}

function assertConvertible(vmid: number, config: VmConfig, disk: string): void {
  assertUnlocked(config);
  if (config.snapshots.size > 0)
    throw new PveFailure('unable to create template, because VM contains snapshots');
  if (isTemplate(config) && disk === '') throw new PveFailure("you can't convert a template to a template");
  if (isRunning(vmid)) throw new PveFailure("you can't convert a VM to template if VM is running", RUNNING);
}

async function makeBase(drive: Drive): Promise<Drive> {
  if (!isVolumeId(drive.file)) return drive;
  const { storage, name } = parseVolumeId(drive.file);
  if (backendOf(findStorage(storage)).parse(name).isBase) return drive;
  try {
    inspectVolume(drive.file);
  } catch (error) {
    warn(messageOf(error));
    throw new PveFailure(`file_size_info on '${name}' failed`);
  }
  return changeDrive(drive, { file: await makeBaseVolume(drive.file) });
}
