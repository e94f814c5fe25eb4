import type { Socket } from 'node:net';

/** Asks the agent for one thing; rejects when it refuses or does not answer in time. */
export type AskAgent = (command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** An agent that is there begins to answer soon; in a guest that has much to do, the answer itself may take long. */
const SECONDS_TO_BEGIN = 5;
const SECONDS_TO_ANSWER = 30;

/**
 * Talks with the guest agent over the socket that PVE gives it; undefined when nobody answers. Replies to what others
 * asked before are still in the channel: guest-sync with a number of our own tells where our answers begin (QEMU Guest
 * Agent protocol reference).
 */
export async function withAgent<T>(
  path: string,
  talk: (ask: AskAgent) => Promise<T>,
): Promise<T | undefined> {
  const { connect } = await import('node:net');
  const socket = connect(path);
  socket.setTimeout(SECONDS_TO_BEGIN * 1000, () =>
    socket.destroy(new Error('the guest agent does not answer')),
  );
  try {
    const answers = answersFrom(socket);
    const id = Math.floor(Math.random() * 2 ** 31);
    send(socket, 'guest-sync', { id });
    while ((await nextMessage(answers))['return'] !== id);
    socket.setTimeout(SECONDS_TO_ANSWER * 1000);
    return await talk(async (command, args = {}) => {
      send(socket, command, args);
      return nextAnswer(answers);
    });
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

function send(socket: Socket, execute: string, args: Readonly<Record<string, unknown>>): void {
  socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
}

type Answers = AsyncGenerator<unknown, void>;

/** One answer per line; lines that are none, as the rest of an earlier one, are passed over. */
async function* answersFrom(socket: AsyncIterable<Buffer>): Answers {
  let text = '';
  for await (const chunk of socket) {
    const lines = (text + chunk.toString('utf8')).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield* messageIn(line);
  }
}

function* messageIn(line: string): Generator<unknown, void> {
  try {
    yield JSON.parse(line.replace(/^\u00ff/, ''));
  } catch {
    // Not a message.
  }
}

async function nextAnswer(answers: Answers): Promise<unknown> {
  const message = await nextMessage(answers);
  if ('return' in message) return message['return'];
  throw new AgentRefusal(JSON.stringify(message));
}

async function nextMessage(answers: Answers): Promise<Readonly<Record<string, unknown>>> {
  const { value, done } = await answers.next();
  if (done === true) throw new Error('the guest agent closed the channel');
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The agent answers, but does not do what it was asked. */
class AgentRefusal extends Error {}
