import type { Section } from '../config/sections.ts';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { volumePath } from '../storage/volumes.ts';

/** Boots a VM's guest under QEMU. What boots is loaded only here: most calls of `qm` start nothing. */
export async function bootGuest(vmid: number, config: Section): Promise<void> {
  const { startGuest } = await import('../../guest/start.ts');
  try {
    await startGuest(vmid, config, volumePath);
  } catch (error) {
    throw new PveFailure(`start failed: ${messageOf(error)}`);
  }
}

/** Asks the agent in a guest that runs under QEMU. */
export async function askRealAgent(
  vmid: number,
  command: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { agentCommand } = await import('../../guest/agent.ts');
  try {
    return await agentCommand(vmid, command, args);
  } catch (error) {
    throw new PveFailure(messageOf(error));
  }
}
