import { createConnection } from 'node:net';

/** A connection to a socket on which both sides speak in lines of JSON, as QEMU and the guest agent do. */
export interface JsonLines {
  send(message: unknown): void;
  /** The next message that fits; those before it are dropped. Fails when the time is over or the other side hangs up. */
  receive<T>(fits: (message: unknown) => message is T, milliseconds: number): Promise<T>;
  close(): void;
}

interface Waiting {
  readonly take: (message: unknown) => boolean;
  readonly fail: (error: Error) => void;
}

/** Connects to a Unix socket. */
export function connectJsonLines(path: string): Promise<JsonLines> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const inbox = new Inbox();
    socket.on('data', (bytes: Buffer) => inbox.add(bytes));
    socket.on('close', () => inbox.fail(new Error(`${path}: the other side hung up`)));
    socket.on('error', error => {
      inbox.fail(error);
      reject(error);
    });
    socket.on('connect', () =>
      resolve({
        send: message => socket.write(`${JSON.stringify(message)}\n`),
        receive: (fits, milliseconds) => inbox.next(fits, milliseconds),
        close: () => socket.destroy(),
      }),
    );
  });
}

class Inbox {
  private rest = '';
  private messages: unknown[] = [];
  private waiting: Waiting | undefined;
  private ended: Error | undefined;

  add(bytes: Buffer): void {
    const lines = (this.rest + bytes.toString('utf8')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.accept(line);
  }

  fail(error: Error): void {
    this.ended = error;
    this.waiting?.fail(error);
  }

  next<T>(fits: (message: unknown) => message is T, milliseconds: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      const take = (message: unknown): boolean => {
        if (!fits(message)) return false;
        clearTimeout(timer);
        this.waiting = undefined;
        resolve(message);
        return true;
      };
      const early = this.messages.splice(0);
      if (early.some(take)) return;
      if (this.ended) fail(this.ended);
      else this.waiting = { take, fail };
    });
  }

  private accept(line: string): void {
    const message = parse(line);
    if (message === undefined) return;
    if (!this.waiting?.take(message)) this.messages.push(message);
  }
}

/** A line that is no JSON is noise: the agent's channel may begin with the rest of an interrupted answer. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
