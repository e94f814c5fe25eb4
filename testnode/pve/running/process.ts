import { existsSync, readFileSync, rmSync } from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';

const RUN_DIRECTORY = '/var/run/qemu-server';

/** File that holds the process id of a running VM. */
export function pidFileOf(vmid: number): string {
  return `${RUN_DIRECTORY}/${vmid}.pid`;
}

/** Process id of a running VM: the pidfile names a live process. */
export function pidOf(vmid: number): number | undefined {
  const file = pidFileOf(vmid);
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').trim());
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
}

export function isRunning(vmid: number): boolean {
  return pidOf(vmid) !== undefined;
}

/** Fails unless the VM runs. */
export function assertRunning(vmid: number): number {
  const pid = pidOf(vmid);
  if (pid === undefined) throw new PveFailure(`VM ${vmid} not running`, 2);
  return pid;
}

/** Seconds that a process has run. */
export function uptimeOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Math.max(0, Math.floor(uptime - startTicks / 100));
}

/** Waits until a VM's process is gone; answers whether it went in time. */
export async function waitForEnd(vmid: number, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (isRunning(vmid)) {
    if (Date.now() >= deadline) return false;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  rmSync(pidFileOf(vmid), { force: true });
  return true;
}

function isAlive(pid: number): boolean {
  try {
    // A zombie is no running VM: its parent has just not collected it yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
