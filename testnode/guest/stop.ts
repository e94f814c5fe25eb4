import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectJsonLines } from './json-lines.ts';
import { runFiles } from './run-files.ts';

const ANSWER_LIMIT = 5000;
const QUIT_LIMIT = 10;
const POLL = 50;

interface Answer {
  readonly id: string;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** Ends a guest at once, as pulling its plug. Its taps and its TPM go with QEMU. */
export async function stopGuest(vmid: number): Promise<void> {
  const pid = pidOf(vmid);
  // QEMU may be gone before it has answered.
  await machineCommand(vmid, 'quit').catch(() => undefined);
  if (!(await waitForEnd(pid, QUIT_LIMIT))) throw new Error(`VM ${vmid} did not end in ${QUIT_LIMIT} s`);
}

/** Presses a guest's power button and waits; answers whether it went off in time, in seconds. */
export async function shutdownGuest(vmid: number, seconds: number): Promise<boolean> {
  const pid = pidOf(vmid);
  await machineCommand(vmid, 'system_powerdown');
  return waitForEnd(pid, seconds);
}

/** Sends one command of QEMU's machine protocol and answers what it returns. */
export async function machineCommand(vmid: number, command: string): Promise<unknown> {
  const machine = await connectJsonLines(runFiles(vmid).qmp);
  try {
    for (const execute of ['qmp_capabilities', command]) {
      machine.send({ execute, id: execute });
      const answer = await machine.receive(
        (message): message is Answer => isAnswer(message) && message.id === execute,
        ANSWER_LIMIT,
      );
      if (answer.error) throw new Error(answer.error.desc);
      if (execute === command) return answer.return;
    }
    return undefined;
  } finally {
    machine.close();
  }
}

/** QEMU removes its file before it has ended: whoever waits for the end must know the number from before. */
function pidOf(vmid: number): number | undefined {
  try {
    return Number(readFileSync(runFiles(vmid).pid, 'utf8'));
  } catch {
    return undefined;
  }
}

async function waitForEnd(pid: number | undefined, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (pid !== undefined && isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL);
  }
  return true;
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'id' in message;
}
