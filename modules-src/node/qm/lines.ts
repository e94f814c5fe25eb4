import type { Server, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { keepEnd } from '../../system/run-command.ts';

/** Hears of every line of a stream. */
export function onLines(stream: Readable, hear: (line: string) => void): void {
  let rest = '';
  stream.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(hear);
  });
}

/** A connection that has said what it is for. */
export interface Line {
  /** The end of what it has brought since. */
  readonly text: () => string;
  /** Whoever could still bring something has ended. */
  readonly closed: Promise<unknown>;
  readonly send: (text: string) => void;
  readonly destroy: () => void;
}

type Greet = (greeting: string, line: Line) => void;

/** Accepts connections at a path; the first line of each says what it is for. */
export async function acceptAt(path: string, greet: Greet): Promise<Server> {
  const { createServer } = await import('node:net');
  const server = createServer(connection => onGreeting(connection, greet));
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, () => resolve(server));
  });
}

function onGreeting(connection: Socket, greet: Greet): void {
  const [{ add, text }, destroy] = [keepEnd(), () => void connection.destroy()];
  const closed = new Promise(resolve => connection.once('close', resolve));
  let [heard, isGreeted] = [Buffer.alloc(0), false];
  // Whoever ends while we still write to it has read what it wanted.
  connection.on('error', () => undefined);
  connection.on('data', (bytes: Buffer) => {
    if (isGreeted) {
      add(bytes);
      return;
    }
    heard = Buffer.concat([heard, bytes]);
    const end = heard.indexOf('\n');
    isGreeted = end >= 0;
    if (!isGreeted) return;
    add(heard.subarray(end + 1));
    greet(heard.toString('latin1', 0, end), { text, closed, send: given => connection.end(given), destroy });
  });
}
