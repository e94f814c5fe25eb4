import { callerOf } from '../access/caller.ts';
import type { Parameters } from '../cli/command.ts';
import { given, isSet, vmidOf } from '../cli/command.ts';
import { assertDigest, assertUnlocked, loadWithDigest, saveConfig } from '../config/store.ts';
import { PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { runTaskWithoutVerdict } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { currentSession } from '../tasks/session.ts';
import { parseVolumeId } from '../storage/volume-id.ts';
import { isOnIn, numberIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { assertVolumeExists, inspectVolume, resizeVolume, volumeFormat } from '../storage/volumes.ts';
import { changeDrive, formatDrive, isCdrom, parseDrive } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { isRunning } from '../running/process.ts';
import { formatSize, parseSize } from '../storage/size.ts';

/** `qm disk resize`: exits 0 whatever happens in its worker. */
export async function resizeDisk(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  return runTaskWithoutVerdict({
    kind: 'resize',
    id: String(vmid),
    payload: {
      vmid,
      disk: given(parameters, 'disk'),
      size: given(parameters, 'size'),
      digest: parameters.get('digest') ?? '',
      skipLock: isSet(parameters, 'skiplock'),
    },
  });
}

export function resizeTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  const slot = textIn(payload, 'disk');
  return withVmLock(vmid, async () => {
    const stored = loadWithDigest(vmid);
    const { current } = stored.config;
    assertDigest(stored, textIn(payload, 'digest') === '' ? undefined : textIn(payload, 'digest'));
    assertUnlocked(stored.config, isOnIn(payload, 'skipLock'));
    const text = current.get(slot);
    if (text === undefined) throw new PveFailure(`disk '${slot}' does not exist`);
    const drive = parseDrive(slot, text);
    volumeFormat(drive.file);
    assertSpace(drive);
    if (isCdrom(drive)) throw new PveFailure("you can't resize a cdrom");
    const bytes = newSize(drive, textIn(payload, 'size'));
    if (bytes === undefined) return;
    await resizeVolume(drive.file, bytes, isRunning(vmid) ? { vmid, slot } : undefined);
    current.set(slot, formatDrive(changeDrive(drive, { size: formatSize(bytes) })));
    saveConfig(vmid, stored.config);
  });
}

// Only here, in the worker, PVE asks for the space.
function assertSpace({ file }: Drive): void {
  const caller = callerOf(currentSession().user);
  caller.assertAll(`/storage/${parseVolumeId(file).storage}`, 'Datastore.AllocateSpace');
}

/** The size wished for in bytes; nothing when the disk has it. */
function newSize({ file }: Drive, wish: string): number | undefined {
  assertVolumeExists(file);
  const { size } = inspectVolume(file);
  const wanted = parseSize(wish.replace(/^\+/, '')) ?? 0;
  const bytes = wish.startsWith('+') ? size + wanted : wanted;
  if (bytes < size) throw new PveFailure('shrinking disks is not supported');
  return bytes === size ? undefined : bytes;
}
