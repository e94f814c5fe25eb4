import { existsSync, readFileSync } from 'node:fs';
import { cpus, freemem, loadavg, release, totalmem, uptime, version } from 'node:os';
import type { Parameters } from '../../cli/command.ts';
import { managerName } from '../../commands/pveversion.ts';
import { nodeOf } from '../local-node.ts';
import { rootSpace } from './figures.ts';

/** State of the machine that the node runs on. */
export function nodeStatus(parameters: Parameters): object {
  nodeOf(parameters);
  const space = rootSpace();
  return {
    uptime: Math.floor(uptime()),
    idle: 0,
    wait: 0,
    cpu: Math.min(1, (loadavg()[0] ?? 0) / cpus().length),
    loadavg: loadavg().map(load => load.toFixed(2)),
    cpuinfo: cpuInfo(),
    memory: memory(),
    swap: swap(),
    ksm: { shared: 0 },
    rootfs: { total: space.total, used: space.used, avail: space.available, free: space.free },
    'boot-info': { mode: existsSync('/sys/firmware/efi') ? 'efi' : 'legacy-bios' },
    kversion: `Linux ${release()} ${version()}`,
    'current-kernel': { sysname: 'Linux', release: release(), version: version(), machine: 'x86_64' },
    pveversion: managerName(),
  };
}

function memory(): object {
  const available = kib('/proc/meminfo', 'MemAvailable') ?? freemem();
  const free = kib('/proc/meminfo', 'MemFree') ?? freemem();
  return { total: totalmem(), free, available, used: totalmem() - available };
}

function swap(): object {
  const total = kib('/proc/meminfo', 'SwapTotal') ?? 0;
  const free = kib('/proc/meminfo', 'SwapFree') ?? 0;
  return { total, free, used: total - free };
}

function cpuInfo(): object {
  const first = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n')[0] ?? '';
  const field = (name: string): string => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(first)?.[1] ?? '';
  const flags = field('flags');
  return {
    cpus: cpus().length,
    cores: Number(field('cpu cores')) || cpus().length,
    sockets: 1,
    family: field('cpu family'),
    mhz: field('cpu MHz'),
    model: field('model name'),
    vendor: field('vendor_id'),
    flags,
    hvm: /\b(vmx|svm)\b/.test(flags) ? '1' : '',
    user_hz: 100,
  };
}

function kib(file: string, name: string): number | undefined {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'utf8'))?.[1];
  return value === undefined ? undefined : Number(value) * 1024;
}
