import { connectJsonLines } from './json-lines.ts';
import { runFiles } from './run-files.ts';

const SYNC_LIMIT = 3000;
const ANSWER_LIMIT = 30_000;
const SYNC_NUMBERS = 2 ** 31;

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** Asks the agent in a guest, with PVE's name of the command: `ping`, `network-get-interfaces`, `exec`, `exec-status`. */
export async function agentCommand(
  vmid: number,
  command: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const agent = await connectJsonLines(runFiles(vmid).agent).catch(notRunning);
  try {
    // Answers to earlier, interrupted commands are still queued: only what follows our own number is ours.
    const id = Math.floor(Math.random() * SYNC_NUMBERS);
    agent.send({ execute: 'guest-sync', arguments: { id } });
    await agent
      .receive((message): message is Answer => isAnswer(message) && message.return === id, SYNC_LIMIT)
      .catch(notRunning);
    agent.send({ execute: `guest-${command}`, arguments: args });
    const answer = await agent.receive(isAnswer, ANSWER_LIMIT);
    if (answer.error) throw new Error(answer.error.desc);
    return answer.return;
  } finally {
    agent.close();
  }
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && ('return' in message || 'error' in message);
}

function notRunning(): never {
  throw new Error('QEMU guest agent is not running');
}
