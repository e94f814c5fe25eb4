import type { GuestLook, GuestSigns } from '../../sdk/readings.ts';
import { NO_SIGNS, readInterfaces, readStatus, STATUS_SCRIPT } from '../../pve/vms/guest-signs.ts';
import { withGreeting } from '../../guests/greeting.ts';
import { withAgent, type AskAgent } from './agent.ts';
import { endOf, startProgram } from './program.ts';
import { guestSocket } from './socket.ts';
import { exists } from '../../system/files.ts';
import { pause } from '../../system/pause.ts';

const SECONDS_TO_RUN = 20;

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
  const printed = await printedBy(ask, ['/bin/sh', '-c', STATUS_SCRIPT]).catch(() => undefined);
  return { agent: true, interfaces, ...(printed !== undefined && readStatus(printed)) };
}

async function printedBy(ask: AskAgent, argv: readonly string[]): Promise<string> {
  const pid = await startProgram(ask, argv);
  const end = Date.now() + SECONDS_TO_RUN * 1000;
  while (Date.now() < end) {
    const ended = await endOf(ask, pid);
    if (ended !== undefined) return ended.output;
    await pause(0.2);
  }
  throw new Error(`${argv[0] ?? ''} did not end in the guest`);
}
