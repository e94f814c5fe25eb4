import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { vmidOf } from '../../cli/command.ts';
import { drivesOf, isCdrom, isCloudInitDrive } from '../../config/drive.ts';
import { assertOnThisNode } from '../../config/cluster.ts';
import { loadConfig } from '../../config/store.ts';
import { isVolumeId, parseVolumeId } from '../../storage/volume-id.ts';
import { assertBridge } from './may-configure.ts';

/** Fails unless the caller may take the space that a clone's disks need, and use the bridges that it will have. */
export function assertMayClone(parameters: Parameters, caller: Caller): void {
  const vmid = vmidOf(parameters);
  assertOnThisNode(vmid);
  const config = loadConfig(vmid);
  const snapshot = parameters.get('snapname');
  const section = snapshot === undefined ? config.current : config.snapshots.get(snapshot);
  if (!section) return;
  for (const drive of drivesOf(section)) {
    if (!isVolumeId(drive.file) || (isCdrom(drive) && !isCloudInitDrive(drive))) continue;
    const storage = parameters.get('storage') ?? parseVolumeId(drive.file).storage;
    caller.assertAll(`/storage/${storage}`, 'Datastore.AllocateSpace');
  }
  for (const [option, value] of section) assertBridge(option, value, caller);
}
