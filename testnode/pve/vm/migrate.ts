import type { Parameters } from '../cli/command.ts';
import { given, vmidOf } from '../cli/command.ts';
import { assertOnThisNode, clusterNodes, localNode, moveConfig } from '../config/cluster.ts';
import { drivesOf } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { changeUnlockedConfig } from '../config/locked.ts';
import { assertUnlocked, loadConfig } from '../config/store.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { isRunning } from '../running/process.ts';
import { findStorage, isShared } from '../storage/config.ts';
import { isVolumeId, parseVolumeId } from '../storage/volume-id.ts';
import { inspectVolume } from '../storage/volumes.ts';
import { numberIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';

/** `qm migrate` of a stopped VM whose volumes the other node sees: its configuration moves, and nothing else has to. */
export function migrateVm(parameters: Parameters): Promise<TaskResult> {
  const [vmid, target] = [vmidOf(parameters), given(parameters, 'target')];
  if (target === localNode())
    throw new ParameterFailure([{ parameter: 'target', problem: 'target is local node.' }]);
  assertOnThisNode(vmid);
  assertUnlocked(loadConfig(vmid));
  if (!clusterNodes().includes(target)) throw new PveFailure(`no such cluster node '${target}'`);
  assertImitated(vmid);
  return runTask({ kind: 'qmigrate', id: String(vmid), payload: { vmid, target } });
}

export async function migrateTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  await changeUnlockedConfig(vmid, () => assertImitated(vmid));
  moveConfig(vmid, textIn(payload, 'target'));
}

/** What stands in the way of a migration, and where it could lead. */
export function migrationConditions(vmid: number): object {
  assertOnThisNode(vmid);
  const config = loadConfig(vmid);
  assertUnlocked(config);
  const local_disks = drivesOf(config.current)
    .filter(isLocal)
    .map(drive => ({ volid: drive.file, drivename: drive.slot, size: inspectVolume(drive.file).size }));
  const others = clusterNodes().filter(node => node !== localNode());
  return {
    running: isRunning(vmid) ? 1 : 0,
    local_disks,
    local_resources: [],
    'mapped-resources': [],
    'mapped-resource-info': {},
    ...(isRunning(vmid) ? {} : { allowed_nodes: others, not_allowed_nodes: {} }),
  };
}

function assertImitated(vmid: number): void {
  if (isRunning(vmid) || drivesOf(loadConfig(vmid).current).some(isLocal))
    throw new PveFailure("the test node imitates 'migrate' only of stopped VMs without local volumes");
}

function isLocal({ file }: Drive): boolean {
  return isVolumeId(file) && !isShared(findStorage(parseVolumeId(file).storage));
}
