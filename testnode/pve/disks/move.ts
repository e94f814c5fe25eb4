import type { Parameters } from '../cli/command.ts';
import { given, isSet, vmidOf } from '../cli/command.ts';
import { formatDrive, isCdrom, isCloudInitDrive, parseDrive } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { isTemplate } from '../config/sections.ts';
import type { VmConfig } from '../config/sections.ts';
import { assertDigest, assertUnlocked, loadConfig, loadWithDigest, saveConfig } from '../config/store.ts';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print, warn } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { usableStorage } from '../storage/config.ts';
import { parseVolumeId } from '../storage/volume-id.ts';
import { assertHoldsImages, freeVolume, makeBaseVolume, volumeFormat } from '../storage/volumes.ts';
import { isOnIn, numberIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { cloneDrive } from './clone.ts';
import { addUnused, isInSnapshot } from './unused.ts';

/** Where a disk is to go, and whether the old volume is to be kept. */
interface Move {
  readonly slot: string;
  readonly storage: string;
  readonly format: string | undefined;
  readonly remove: boolean;
}

/** `qm disk move` to another storage: a full copy; the old volume stays as unused or goes. */
export async function moveToStorage(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  const move = {
    slot: given(parameters, 'disk'),
    storage: given(parameters, 'storage'),
    format: parameters.get('format'),
    remove: isSet(parameters, 'delete'),
  };
  const stored = loadWithDigest(vmid);
  assertUnlocked(stored.config);
  assertDigest(stored, parameters.get('digest'));
  movable(stored.config, move);
  const payload = { ...move, vmid, format: move.format ?? '' };
  return runTask({ kind: 'qmmove', id: String(vmid), payload });
}

/** The worker's part. */
export function moveToStorageTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  const format = textIn(payload, 'format');
  const move = {
    slot: textIn(payload, 'slot'),
    storage: textIn(payload, 'storage'),
    format: format === '' ? undefined : format,
    remove: isOnIn(payload, 'remove'),
  };
  return withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    assertUnlocked(config);
    const drive = movable(config, move);
    say(
      `copying volume '${drive.file}' from current storage '${parseVolumeId(drive.file).storage}' to target storage '${move.storage}'`,
    );
    await copy(vmid, config, drive, move);
    if (!move.remove) return;
    say(`removing source volume '${drive.file}' after successful copy`);
    await freeVolume(drive.file).catch((error: unknown) => warn(messageOf(error)));
  });
}

async function copy(vmid: number, config: VmConfig, drive: Drive, move: Move): Promise<void> {
  const volumes: string[] = [];
  try {
    if (isInSnapshot(config.snapshots, drive.file))
      warn('moving disk with snapshots, snapshots will not be moved!');
    const target = { vmid, isFull: true, storage: move.storage, format: move.format };
    const moved = await cloneDrive(drive, target, volumes);
    config.current.set(move.slot, formatDrive(await baseIfTemplate(config, moved)));
    if (!move.remove) {
      const unused = addUnused(config.current, drive.file);
      say(`adding source volume '${drive.file}' as '${unused}' to config`);
    }
    saveConfig(vmid, config);
  } catch (error) {
    for (const volid of volumes) await freeVolume(volid).catch(() => undefined);
    throw new PveFailure(`storage migration failed: ${messageOf(error)}`);
  }
}

async function baseIfTemplate(config: VmConfig, drive: Drive): Promise<Drive> {
  if (!isTemplate(config) || isCloudInitDrive(drive)) return drive;
  return { ...drive, file: await makeBaseVolume(drive.file) };
}

// 8.4 says nothing of this.
function say(text: string): void {
  if (isVersion9()) print(text);
}

function movable(config: VmConfig, { slot, storage, format, remove }: Move): Drive {
  const text = config.current.get(slot);
  if (text === undefined) throw new PveFailure(`disk '${slot}' does not exist`);
  const drive = parseDrive(slot, text);
  if (isCdrom(drive) && !isCloudInitDrive(drive)) throw new PveFailure("you can't move a cdrom");
  const isSame = parseVolumeId(drive.file).storage === storage;
  if (isSame && (format === undefined || format === volumeFormat(drive.file)))
    throw new PveFailure("you can't move to the same storage with same format");
  usableStorage(storage);
  assertHoldsImages(storage);
  if (remove && isInSnapshot(config.snapshots, drive.file))
    throw new PveFailure("you can't move a disk with snapshots and delete the source");
  return drive;
}
