import { readFileSync, rmSync } from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';
import { readIfThere } from '../runtime/read-if-there.ts';

const RUN_DIRECTORY = '/var/run/qemu-server';
const TICKS_PER_SECOND = 100;

/** File that holds the process id of a running VM. */
export function pidFileOf(vmid: number): string {
  return `${RUN_DIRECTORY}/${vmid}.pid`;
}

/** Process id of a running VM: the pidfile names a live process. */
export function pidOf(vmid: number): number | undefined {
  const pid = Number(readIfThere(pidFileOf(vmid))?.toString().trim());
  return Number.isInteger(pid) && pid > 0 && processStart(pid) !== undefined ? pid : undefined;
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
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Math.max(0, Math.floor(uptime - (processStart(pid) ?? 0) / TICKS_PER_SECOND));
}

/** The moment a process started, in clock ticks since boot; nothing when it is gone. */
export function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold blanks: fields are counted from behind it (proc(5)). A zombie is gone.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
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
