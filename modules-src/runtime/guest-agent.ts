import type { WaitGuestAction } from '../sdk/step.ts';
import { pause } from './pause.ts';
import { StepError } from './perform.ts';
import { isRunning } from './vm-files.ts';

/** What a guest says of itself through its agent. */
export interface GuestAnswer {
  /** Addresses other than loopback and link-local ones. */
  readonly addresses: readonly string[];
}

const SECONDS_TO_ANSWER = 3;

/** Asks the guest agent over the socket that PVE gives it; undefined when nobody answers. */
export async function askGuest(vmid: number): Promise<GuestAnswer | undefined> {
  try {
    return { addresses: addressesIn(await exchange(`/var/run/qemu-server/${vmid}.qga`)) };
  } catch {
    return undefined;
  }
}

/**
 * Replies to what others asked before are still in the channel: guest-sync with a number of our own tells where our
 * answers begin (QEMU Guest Agent protocol reference).
 */
async function exchange(path: string): Promise<unknown> {
  const { connect } = await import('node:net');
  const id = Math.floor(Math.random() * 2 ** 31);
  const socket = connect(path);
  socket.setTimeout(SECONDS_TO_ANSWER * 1000, () =>
    socket.destroy(new Error('the guest agent does not answer')),
  );
  try {
    socket.write(`${JSON.stringify({ execute: 'guest-sync', arguments: { id } })}\n`);
    socket.write(`${JSON.stringify({ execute: 'guest-network-get-interfaces' })}\n`);
    return await secondAnswer(socket, id);
  } finally {
    socket.destroy();
  }
}

async function secondAnswer(socket: AsyncIterable<Buffer>, id: number): Promise<unknown> {
  let text = '';
  let synced = false;
  for await (const chunk of socket) {
    const lines = (text + chunk.toString('utf8')).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const answer: unknown = answerIn(line);
      if (synced && answer !== undefined) return answer;
      synced ||= answer === id;
    }
  }
  throw new Error('the guest agent closed the channel');
}

function answerIn(line: string): unknown {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null && 'return' in message
      ? message.return
      : undefined;
  } catch {
    return undefined;
  }
}

interface Interface {
  readonly 'ip-addresses'?: readonly { readonly 'ip-address': string }[];
}

function addressesIn(answer: unknown): string[] {
  const interfaces: readonly Interface[] = Array.isArray(answer) ? answer : [];
  return interfaces
    .flatMap(({ 'ip-addresses': found = [] }) => found.map(address => address['ip-address']))
    .filter(address => !/^(?:127\.|::1$|fe80:|169\.254\.)/i.test(address));
}

/** Waits until the guest gives the sign, with a reason when it does not in time. */
export async function waitGuest({ vmid, sign, timeoutSeconds }: WaitGuestAction): Promise<void> {
  const end = Date.now() + timeoutSeconds * 1000;
  while (Date.now() < end) {
    const answer = await askGuest(vmid);
    if (answer !== undefined && (sign === 'agent' || answer.addresses.length > 0)) return;
    if (!(await isRunning(vmid)))
      throw new StepError(`VM ${vmid} stopped while its guest was waited for`, false);
    await pause(2);
  }
  const missing = sign === 'agent' ? 'its guest agent did not answer' : 'its guest agent reported no address';
  throw new StepError(
    `VM ${vmid}: ${missing} within ${timeoutSeconds} s; look at its console with \`qm terminal ${vmid}\``,
    false,
  );
}
