import type { Parameters } from '../cli/command.ts';
import { given, isSet, vmidOf } from '../cli/command.ts';
import { assertUnlocked, loadConfig, saveConfig } from '../config/store.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print } from '../runtime/output.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { isOnIn, numberIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { parseVolumeId } from '../storage/volume-id.ts';
import { assertHoldsImages, freeVolume } from '../storage/volumes.ts';
import { cloneDrive } from './clone.ts';
import { formatDrive, isCdrom, isCloudInitDrive, parseDrive } from '../config/drive.ts';
import { addUnused } from './unused.ts';

/** `qm disk move`: a full copy on another storage; the old volume stays as unused or goes. */
export async function moveDisk(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  const slot = given(parameters, 'disk');
  const storage = parameters.get('storage');
  const config = loadConfig(vmid);
  assertUnlocked(config);
  if (storage === undefined) {
    const problem = "both 'storage' and 'target-vmid' missing, either needs to be set";
    throw new ParameterFailure(['storage', 'target-vmid'].map(parameter => ({ parameter, problem })));
  }
  assertMovable(config.current.get(slot), slot, storage, parameters.get('format'));
  return runTask({
    kind: 'qmmove',
    id: String(vmid),
    payload: {
      vmid,
      slot,
      storage,
      format: parameters.get('format') ?? '',
      remove: isSet(parameters, 'delete'),
    },
  });
}

export function moveDiskTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  const slot = textIn(payload, 'slot');
  return withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    assertUnlocked(config);
    const drive = parseDrive(slot, config.current.get(slot) ?? '');
    const format = textIn(payload, 'format') === '' ? undefined : textIn(payload, 'format');
    const storage = textIn(payload, 'storage');
    const from = parseVolumeId(drive.file).storage;
    print(`copying volume '${drive.file}' from current storage '${from}' to target storage '${storage}'`);
    const moved = await cloneDrive(drive, { vmid, isFull: true, storage, format }, []);
    config.current.set(slot, formatDrive(moved));
    if (isOnIn(payload, 'remove')) {
      saveConfig(vmid, config);
      print(`removing source volume '${drive.file}' after successful copy`);
      await freeVolume(drive.file);
      return;
    }
    const unused = addUnused(config.current, drive.file);
    print(`adding source volume '${drive.file}' as '${unused}' to config`);
    saveConfig(vmid, config);
  });
}

function assertMovable(
  text: string | undefined,
  slot: string,
  storage: string,
  format: string | undefined,
): void {
  if (text === undefined) throw new PveFailure(`disk '${slot}' does not exist`);
  const drive = parseDrive(slot, text);
  if (isCdrom(drive) && !isCloudInitDrive(drive)) throw new PveFailure("you can't move a cdrom");
  assertHoldsImages(storage);
  const current = /\.(raw|qcow2|vmdk)$/.exec(drive.file)?.[1];
  if (parseVolumeId(drive.file).storage === storage && (format === undefined || format === current)) {
    throw new PveFailure("you can't move to the same storage with same format");
  }
}
