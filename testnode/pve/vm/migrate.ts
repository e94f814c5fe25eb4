import { renameSync } from 'node:fs';
import type { Parameters } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { clusterNodes, configName, localNode } from '../config/cluster.ts';
import { assertUnlocked, loadConfig } from '../config/store.ts';
import { PveFailure } from '../runtime/failure.ts';
import { drivesOf } from '../config/drive.ts';
import { isRunning } from '../running/process.ts';

/** `qm migrate` of a VM that neither runs nor has drives: its configuration moves, and nothing else has to. */
export function migrateVm(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  const target = parameters.get('target') ?? '';
  const config = loadConfig(vmid);
  assertUnlocked(config);
  if (target === localNode()) throw new PveFailure('target is local node.');
  if (!clusterNodes().includes(target)) throw new PveFailure(`no such cluster node '${target}'`);
  if (isRunning(vmid) || drivesOf(config.current).length > 0)
    throw new PveFailure("the test node imitates 'migrate' only of stopped VMs without drives");
  renameSync(`/etc/pve/${configName(vmid)}`, `/etc/pve/${configName(vmid, target)}`);
  return Promise.resolve();
}
