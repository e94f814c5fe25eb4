import { configName, readClusterFile, removeConfig, writeClusterFile } from '../config/cluster.ts';
import { claimFault, holdLock } from '../runtime/faults.ts';
import { complain } from '../runtime/output.ts';
import { pause } from '../runtime/pause.ts';

const MILLISECONDS_TO_LOCK = 100;

/** Runs a command with the trouble that is ordered for it. */
export async function withFault(argv: readonly string[], execute: () => Promise<number>): Promise<number> {
  const fault = claimFault(argv);
  if (!fault) return execute();
  if (fault.delay !== undefined) pause(fault.delay * 1000);
  if (fault.fail) {
    complain(fault.fail.text);
    return fault.fail.exitCode ?? 255;
  }
  if (fault.holdLock) {
    holdLock(fault.holdLock);
    pause(MILLISECONDS_TO_LOCK);
  }
  if (fault.killWorkerAt !== undefined) process.env.TESTNODE_KILL_WORKER_AT = fault.killWorkerAt;
  return fault.loseChange ? losingChange(argv, execute) : execute();
}

async function losingChange(argv: readonly string[], execute: () => Promise<number>): Promise<number> {
  const vmids = argv.filter(word => /^\d{3,9}$/.test(word)).map(Number);
  const before = vmids.map(vmid => readClusterFile(configName(vmid)));
  const exitCode = await execute();
  for (const [index, vmid] of vmids.entries()) {
    const text = before[index];
    if (text === undefined) removeConfig(vmid);
    else writeClusterFile(configName(vmid), text);
  }
  return exitCode;
}
