import type { Section } from '../config/vm-config.ts';
import { PveFailure } from '../runtime/failure.ts';

/** Boots a VM's guest under QEMU. */
export function bootGuest(vmid: number, config: Section): Promise<void> {
  return Promise.reject(new PveFailure(`start failed: VM ${vmid} (${config.size} options) cannot boot here yet`));
}

/** Asks the agent in a guest that runs under QEMU. */
export function askRealAgent(vmid: number, command: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
  return Promise.reject(new PveFailure(`VM ${vmid}: ${command} ${JSON.stringify(args)}: QEMU guest agent is not running`));
}
