import type { GuestLook, GuestSigns } from '../../sdk/readings.ts';
import { NO_SIGNS, readInterfaces, readStatus, STATUS_SCRIPT } from '../../pve/vms/guest-signs.ts';
import { withGreeting } from '../../guests/greeting.ts';
import { withAgent, type AskAgent } from './agent.ts';
import { exists } from '../../system/files.ts';
import { pause } from '../../system/pause.ts';

const SECONDS_TO_RUN = 20;

/** Where PVE puts the sockets of a VM that runs. */
export const guestSocket = (vmid: number, name: 'qga' | 'serial0'): string =>
  `/var/run/qemu-server/${vmid}.${name}`;

/** Looks at a guest that runs. */
export async function readSigns(vmid: number, { sshAt, status }: GuestLook): Promise<GuestSigns> {
  const path = guestSocket(vmid, 'qga');
  const told = (await exists(path)) ? await withAgent(path, ask => askEverything(ask, status)) : undefined;
  const signs = told ?? NO_SIGNS;
  return withGreeting(signs, sshAt);
}

async function askEverything(ask: AskAgent, status: boolean): Promise<GuestSigns> {
  const interfaces = readInterfaces(await ask('guest-network-get-interfaces').catch(() => []));
  if (!status) return { agent: true, interfaces };
  const printed = await runInGuest(ask, '/bin/sh', ['-c', STATUS_SCRIPT]).catch(() => undefined);
  return { agent: true, interfaces, ...(printed !== undefined && readStatus(printed)) };
}

/** Runs a program in the guest to its end and answers what it printed; distributions may forbid it. */
async function runInGuest(ask: AskAgent, path: string, arg: readonly string[]): Promise<string> {
  const started: unknown = await ask('guest-exec', { path, arg, 'capture-output': true });
  const end = Date.now() + SECONDS_TO_RUN * 1000;
  while (Date.now() < end) {
    const state: unknown = await ask('guest-exec-status', { pid: fieldOf(started, 'pid') });
    if (fieldOf(state, 'exited') === true) {
      const printed = fieldOf(state, 'out-data');
      return typeof printed === 'string' ? Buffer.from(printed, 'base64').toString('utf8') : '';
    }
    await pause(0.2);
  }
  throw new Error(`${path} did not end in the guest`);
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
