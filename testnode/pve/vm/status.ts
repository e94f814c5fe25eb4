import { readFileSync } from 'node:fs';
import { configsOf } from '../config/store.ts';
import type { Section } from '../config/sections.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { bootDisk } from '../config/boot-order.ts';
import { parseDrive } from '../config/drive.ts';
import { isPaused } from '../running/paused.ts';
import { pidOf, uptimeOf } from '../running/process.ts';
import { parseSize } from '../storage/size.ts';

const DEFAULT_MEMORY_MIB = 512;
const MIB = 1024 * 1024;
const PRESSURES = ['cpufull', 'cpusome', 'iofull', 'iosome', 'memoryfull', 'memorysome'];

/** What PVE tells about a VM. */
export type VmStatus = Readonly<Record<string, string | number | object>> & {
  readonly vmid: number;
  readonly name: string;
  readonly status: string;
};

/** Status of all VMs of a node, sorted by VMID. */
export function allStatuses(node?: string): readonly VmStatus[] {
  return configsOf(node).map(([vmid, { current }]) => statusOf(vmid, current));
}

/** The same with all that a full look into each would tell. */
export function allFullStatuses(node?: string): readonly VmStatus[] {
  return configsOf(node).map(([vmid, { current }]) => fullStatusOf(vmid, current));
}

/** Status of one VM, without what only a full look into the running QEMU would tell. */
export function statusOf(vmid: number, config: Section): VmStatus {
  const pid = pidOf(vmid);
  return {
    vmid,
    name: config.get('name') ?? `VM ${vmid}`,
    status: pid === undefined ? 'stopped' : 'running',
    cpu: 0,
    cpus: Number(
      config.get('vcpus') ?? Number(config.get('sockets') ?? 1) * Number(config.get('cores') ?? 1),
    ),
    disk: 0,
    maxdisk: bootDiskBytes(config),
    maxmem: memoryMib(config) * MIB,
    mem: pid === undefined ? 0 : residentBytes(pid),
    ...(isVersion9() ? { memhost: pid === undefined ? 0 : residentBytes(pid) } : {}),
    netin: 0,
    netout: 0,
    uptime: pid === undefined ? 0 : uptimeOf(pid),
    ...(pid === undefined ? {} : { pid }),
    ...present(config, 'lock'),
    ...present(config, 'tags'),
    ...(config.get('template') === '1' ? { template: 1 } : {}),
    ...(config.get('serial0') === 'socket' ? { serial: 1 } : {}),
  };
}

/** Status with the words of QEMU, as `--verbose` and the API show it. */
export function fullStatusOf(vmid: number, config: Section): VmStatus {
  const status = statusOf(vmid, config);
  const running = status.status === 'running' ? runningDetails(vmid, config) : {};
  return { ...status, ...running, qmpstatus: isPaused(vmid) ? 'paused' : status.status };
}

function runningDetails(vmid: number, config: Section): Readonly<Record<string, number | object>> {
  const nets = [...config.keys()].filter(key => /^net\d+$/.test(key)).sort();
  const nics = Object.fromEntries(nets.map(net => [`tap${vmid}i${net.slice(3)}`, { netin: 0, netout: 0 }]));
  const pressures = isVersion9() ? PRESSURES.map(name => [`pressure${name}`, 0] as const) : [];
  return { ...(nets.length === 0 ? {} : { nics }), ...Object.fromEntries(pressures) };
}

/** Memory of a VM in MiB. */
export function memoryMib(config: Section): number {
  return Number(/^(?:current=)?(\d+)/.exec(config.get('memory') ?? '')?.[1] ?? DEFAULT_MEMORY_MIB);
}

function bootDiskBytes(config: Section): number {
  const slot = bootDisk(config);
  if (slot === undefined) return 0;
  return parseSize(parseDrive(slot, config.get(slot) ?? '').properties.get('size') ?? '0') ?? 0;
}

function residentBytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return pages * 4096;
}

function present(config: Section, key: string): Readonly<Record<string, string>> {
  const value = config.get(key);
  return value === undefined ? {} : { [key]: value };
}
