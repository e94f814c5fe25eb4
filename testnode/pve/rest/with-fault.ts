import { failure } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';
import { configName, readClusterFile, removeConfig, writeClusterFile } from '../config/cluster.ts';
import { claimFault, holdLock } from '../runtime/faults.ts';

const MILLISECONDS_TO_LOCK = 100;

/** Does a call with the trouble that is ordered for it. The process does one call at a time. */
export async function withFault(method: string, path: string, perform: () => Promise<Reply>): Promise<Reply> {
  const fault = claimFault([method, path]);
  if (!fault) return perform();
  if (fault.delay !== undefined) await milliseconds(fault.delay * 1000);
  if (fault.fail) return failure(fault.fail.status ?? 500, fault.fail.text);
  if (fault.holdLock) {
    holdLock(fault.holdLock);
    await milliseconds(MILLISECONDS_TO_LOCK);
  }
  process.env['TESTNODE_LOSE_WORKER'] = fault.loseWorker ? '1' : '0';
  process.env['TESTNODE_KILL_WORKER_AT'] = fault.killWorkerAt ?? '';
  try {
    return await (fault.loseChange ? losingChange(path, perform) : perform());
  } finally {
    process.env['TESTNODE_LOSE_WORKER'] = '0';
    process.env['TESTNODE_KILL_WORKER_AT'] = '';
  }
}

async function losingChange(path: string, perform: () => Promise<Reply>): Promise<Reply> {
  const vmid = Number(/\/qemu\/(\d+)/.exec(path)?.[1] ?? 0);
  const before = readClusterFile(configName(vmid));
  const reply = await perform();
  if (before === undefined) removeConfig(vmid);
  else writeClusterFile(configName(vmid), before);
  return reply;
}

function milliseconds(time: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, time));
}
