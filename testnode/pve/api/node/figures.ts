import { statfsSync } from 'node:fs';
import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os';

/** How large and how busy the machine is, as lists of nodes show it. All nodes are on this machine. */
export function machineFigures(): Readonly<Record<string, number>> {
  const { total, used } = rootSpace();
  return {
    maxcpu: cpus().length,
    cpu: Math.min(1, (loadavg()[0] ?? 0) / cpus().length),
    maxmem: totalmem(),
    mem: totalmem() - freemem(),
    maxdisk: total,
    disk: used,
    uptime: Math.floor(uptime()),
  };
}

/** Space of the root file system in bytes. */
export function rootSpace(): {
  readonly total: number;
  readonly used: number;
  readonly available: number;
  readonly free: number;
} {
  const { bsize, blocks, bfree, bavail } = statfsSync('/');
  return {
    total: blocks * bsize,
    used: (blocks - bfree) * bsize,
    available: bavail * bsize,
    free: bfree * bsize,
  };
}
