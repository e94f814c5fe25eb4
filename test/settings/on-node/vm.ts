import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import definition from '../../../modules-src/modules/vm_configure/module.ts';
import type { Wanted } from '../../../modules-src/modules/vm_configure/plan.ts';
import { configureNotices, configureReport } from '../../../modules-src/modules/vm_configure/notices.ts';
import { planCreate } from '../../../modules-src/modules/vm_create/plan.ts';
import type { FoundVm } from '../../../modules-src/pve/vms/ownership.ts';
import * as node from '../../../modules-src/node/cluster.ts';
import { renderQm } from '../../../modules-src/node/vms/render-qm.ts';
import type { Cluster } from '../../../modules-src/sdk/cluster.ts';
import type { Step } from '../../../modules-src/sdk/step.ts';
import { dispatch } from '../../../testnode/pve/cli/dispatch.ts';
import { QM } from '../../../testnode/pve/commands/qm.ts';

/*
 * VMs of a test node, for programs that run on it: its `qm` is called in this process, through its own command line, so
 * that hundreds of settings can be tried in seconds.
 */

/** The node itself, for whoever only looks. */
export const NODE: Cluster = node.openNode(node, [], {});

export const STOPPED = 200;
export const RUNNING = 201;

/** What a VM has before it is looked at; its volumes are there. */
export const base = (vmid: number): string =>
  `boot: order=scsi0\nname: web-01\nscsi0: local-lvm:vm-${vmid}-disk-0,size=8G\n`;

export const configFile = (vmid: number): string => `/etc/pve/nodes/pve01/qemu-server/${vmid}.conf`;
export const readConfig = (vmid: number): string => readFileSync(configFile(vmid), 'utf8');

export const VOLUMES = '/var/lib/testnode/local-lvm';
const FILES = '/var/lib/vz/images';
const MIB = 1024 ** 2;
const SIZES: Readonly<Record<string, number>> = {
  'disk-0': 8192 * MIB,
  'disk-1': 8192 * MIB,
  'disk-2': 528 * 1024,
  'disk-3': 4 * MIB,
  cloudinit: 4 * MIB,
};

/** Gives a VM exactly this configuration, or none, and the volumes that one may name. */
export function reset(vmid: number, config: string | undefined): void {
  for (const folder of [VOLUMES, `${FILES}/${vmid}`]) mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(SIZES)) rmSync(`${VOLUMES}/vm-${vmid}-${name}`, { force: true });
  for (let number = 4; number < 16; number++) rmSync(`${VOLUMES}/vm-${vmid}-disk-${number}`, { force: true });
  rmSync(`${FILES}/${vmid}`, { recursive: true });
  for (const [name, bytes] of Object.entries(SIZES)) {
    const path = `${VOLUMES}/vm-${vmid}-${name}`;
    // A first sector that says that it boots: the guest listens when it is told to shut down.
    writeFileSync(path, Buffer.alloc(512, 0x55).fill(0xaa, 511));
    truncateSync(path, bytes);
  }
  if (config === undefined) rmSync(configFile(vmid), { force: true });
  else writeFileSync(configFile(vmid), config);
}

export async function qm(argv: readonly string[]): Promise<void> {
  const exitCode = await dispatch(QM, argv);
  if (exitCode !== 0) throw new Error(`qm ${argv.join(' ')} ended with ${exitCode}`);
}

export const perform = ({ action }: Step): Promise<void> => {
  if (action.kind !== 'qm') throw new Error(`settings need no ${action.kind}`);
  const { argv, input } = renderQm(action, () => '');
  if (input !== '') throw new Error('settings have no secrets');
  return qm(argv.slice(1));
};

export type Declared = Omit<Partial<Wanted>, 'vmid' | 'name' | 'retries'>;

export const complete = (vmid: number, declared: Declared) => ({
  apply: 'live' as const,
  shutdown_timeout: 5,
  disk_storage: 'local-lvm',
  retries: 0,
  retry_delay: 0,
  command_timeout: 7200,
  qm: 'auto' as const,
  ...declared,
  vmid,
  name: 'web-01',
});

export interface Look {
  readonly steps: readonly Step[];
  readonly waiting: readonly { readonly key: string; readonly wanted: string }[];
  readonly refused: readonly { readonly key: string; readonly reason: string }[];
  readonly pending: readonly { readonly key: string }[];
}

/** What the module would do now, and what it leaves alone. */
export async function look(vmid: number, declared: Declared): Promise<Look> {
  const wanted = complete(vmid, declared);
  const found: FoundVm = await definition.observe(wanted, { checkMode: false, problems: [] }, NODE);
  const steps = definition.plan(wanted, found).flat();
  const { waiting = [], refused = [] } = configureReport(wanted, found) as Partial<Look>;
  return { steps, waiting, refused, pending: configureNotices(wanted, found, found).pending ?? [] };
}

/** Makes a VM with all that is wanted of it. */
export async function create(vmid: number, declared: Declared): Promise<void> {
  const wanted = complete(vmid, declared);
  const found = {
    record: undefined,
    localNode: 'pve01',
    running: false,
    assumed: false,
    newId: randomUUID(),
  };
  for (const step of planCreate(wanted, found).flat()) await perform(step);
}

/** Every call of a PVE program by another process so far. */
export const readCalls = (): string =>
  existsSync('/var/log/testnode/commands.jsonl')
    ? readFileSync('/var/log/testnode/commands.jsonl', 'utf8')
    : '';

/**
 * Does what the module would do: as the runtime, once more for what shows only then. PVE adds a CD drive to the boot
 * order whenever a disc is put in (qemu-server 9.2), so that a declared order is set after it.
 */
export async function settle(vmid: number, declared: Declared): Promise<Look> {
  const planned = await look(vmid, declared);
  for (const step of planned.steps) await perform(step);
  const done = new Set(planned.steps.map(step => step.summary));
  const { steps } = await look(vmid, declared);
  if (steps.every(step => !done.has(step.summary))) for (const step of steps) await perform(step);
  return planned;
}
