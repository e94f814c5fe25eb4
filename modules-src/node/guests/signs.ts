import type { GuestLook, GuestSigns } from '../../sdk/readings.ts';
import {
  NO_SIGNS,
  readInterfaces,
  readStatus,
  SECONDS_TO_TELL,
  STATUS_SCRIPT,
} from '../../pve/vms/guest-signs.ts';
import { withGreeting } from '../../guests/greeting.ts';
import { withAgent } from './agent.ts';
import { runProgram } from './program.ts';
import { guestSocket } from './socket.ts';
import { exists } from '../../system/files.ts';

/** Looks at a guest that runs. */
export const readSigns = async (vmid: number, look: GuestLook): Promise<GuestSigns> =>
  withGreeting(await agentSigns(vmid, look), look.sshAt);

async function agentSigns(
  vmid: number,
  { status, seconds = SECONDS_TO_TELL }: GuestLook,
): Promise<GuestSigns> {
  const path = guestSocket(vmid, 'qga');
  if (!(await exists(path))) return NO_SIGNS;
  const answer = await withAgent(path, ask => ask('guest-network-get-interfaces').catch(() => []));
  if (answer === undefined) return NO_SIGNS;
  const signs: GuestSigns = { agent: true, interfaces: readInterfaces(answer) };
  if (!status) return signs;
  const ended = await runProgram(vmid, ['/bin/sh', '-c', STATUS_SCRIPT], seconds);
  return { ...signs, ...(ended !== undefined && readStatus(ended.output)) };
}
