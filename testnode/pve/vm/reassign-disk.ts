import type { Parameters } from '../cli/command.ts';
import { given, vmidOf } from '../cli/command.ts';
import { bootOrderWithout } from '../config/boot-order.ts';
import { ownerOf } from '../config/cluster.ts';
import { changeDrive, formatDrive, isCdrom, parseDrive } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { isTemplate } from '../config/sections.ts';
import type { VmConfig } from '../config/sections.ts';
import { assertUnlocked, loadWithDigest, saveConfig } from '../config/store.ts';
import type { StoredConfig } from '../config/store.ts';
import { isInSnapshot } from '../disks/unused.ts';
import { isRunning } from '../running/process.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { isVolumeId } from '../storage/volume-id.ts';
import { reassignVolume } from '../storage/volumes.ts';
import { numberIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { updateVm } from './update.ts';

/** A disk of one VM that becomes another one's. */
interface Reassignment {
  readonly vmid: number;
  readonly slot: string;
  readonly target: number;
  readonly targetSlot: string;
  readonly digest: string;
  readonly targetDigest: string;
}

/** `qm disk move --target-vmid`: the volume gets a new name and stays where it is. */
export async function reassignDisk(parameters: Parameters): Promise<TaskResult> {
  const [vmid, slot] = [vmidOf(parameters), given(parameters, 'disk')];
  const target = Number(given(parameters, 'target-vmid'));
  if (vmid === target) {
    const problem = 'must be different than source VMID to reassign disk';
    throw new ParameterFailure([{ parameter: 'target-vmid', problem }]);
  }
  const order = {
    vmid,
    slot,
    target,
    targetSlot: parameters.get('target-disk') ?? slot,
    digest: parameters.get('digest') ?? '',
    targetDigest: parameters.get('target-digest') ?? '',
  };
  check(order);
  const id = `${vmid}-${slot}>${target}-${order.targetSlot}`;
  return runTask({ kind: 'qmmove', id, payload: order });
}

export function reassignTask(payload: TaskPayload): Promise<void> {
  const order = {
    vmid: numberIn(payload, 'vmid'),
    slot: textIn(payload, 'slot'),
    target: numberIn(payload, 'target'),
    targetSlot: textIn(payload, 'targetSlot'),
    digest: textIn(payload, 'digest'),
    targetDigest: textIn(payload, 'targetDigest'),
  };
  // The target's lock is taken by the update that attaches the disk.
  return withVmLock(order.vmid, () => reassign(order));
}

async function reassign(order: Reassignment): Promise<void> {
  const { vmid, slot, target, targetSlot } = order;
  const { source, drive } = check(order);
  print(
    isVersion9()
      ? `reassign disk '${slot}' from VM '${vmid}' as '${targetSlot}' to VM '${target}'`
      : `moving disk '${slot}' from VM '${vmid}' to '${target}'`,
  );
  const file = await reassignVolume(drive.file, target);
  const boot = bootOrderWithout(source.current.get('boot'), slot);
  if (boot !== undefined) {
    print(`removing disk '${slot}' from boot order config`);
    source.current.set('boot', boot);
  }
  source.current.delete(slot);
  print(`removing disk '${slot}' from VM '${vmid}' config`);
  saveConfig(vmid, source);
  await attach(target, targetSlot, formatDrive(changeDrive(drive, { file })));
}

async function attach(vmid: number, slot: string, text: string): Promise<void> {
  if (!slot.startsWith('unused')) {
    await updateVm(
      new Map([
        ['vmid', String(vmid)],
        [slot, text],
      ]),
    );
    return;
  }
  await withVmLock(vmid, () => {
    const { config } = loadWithDigest(vmid);
    config.current.set(slot, text);
    saveConfig(vmid, config);
  });
}

function check(order: Reassignment): { readonly source: VmConfig; readonly drive: Drive } {
  const { vmid, slot, target, targetSlot } = order;
  const { source, destination } = bothConfigs(order);
  const text = source.current.get(slot);
  if (text === undefined) fail(`Disk '${slot}' for VM '${vmid}' does not exist`);
  if (destination.current.has(targetSlot))
    fail(`Target disk key '${targetSlot}' is already in use for VM '${target}'`);
  const drive = parseDrive(slot, text);
  if (isCdrom(drive)) fail("CD drive contents can't be moved to another VM");
  if (!isVolumeId(drive.file)) fail(`Volume '${drive.file}' not managed by PVE`);
  if (isInSnapshot(source.snapshots, drive.file)) fail("Can't move disk used by a snapshot to another VM");
  if (isRunning(vmid) && !slot.startsWith('unused'))
    fail('Cannot move disk to another VM while the source VM is running - detach first');
  return { source, drive: forSlot(targetSlot, drive) };
}

function bothConfigs({ vmid, target, digest, targetDigest }: Reassignment): {
  readonly source: VmConfig;
  readonly destination: VmConfig;
} {
  const [owner, targetOwner] = [ownerOf(vmid), ownerOf(target)];
  if (!owner) fail(`could not find VM ${vmid}`);
  if (!targetOwner) fail(`could not find target VM ${target}`);
  if (owner.node !== targetOwner.node)
    fail(`Both VMs need to be on the same node (${owner.node} != ${targetOwner.node})`);
  const [source, destination] = [loadWithDigest(vmid), loadWithDigest(target)];
  assertUnlocked(source.config);
  assertUnlocked(destination.config);
  if (isTemplate(source.config) || isTemplate(destination.config))
    fail("Can't move disks from or to template VMs");
  assertSame(vmid, source, digest);
  assertSame(target, destination, targetDigest);
  return { source: source.config, destination: destination.config };
}

function assertSame(vmid: number, stored: StoredConfig, digest: string): void {
  if (digest !== '' && digest !== stored.digest)
    fail(`VM ${vmid}: detected modified configuration - file changed by other user? Try again.`);
}

function forSlot(slot: string, drive: Drive): Drive {
  return slot.startsWith('unused') ? parseDrive(slot, drive.file) : { ...drive, slot };
}

function fail(message: string): never {
  throw new PveFailure(message);
}
