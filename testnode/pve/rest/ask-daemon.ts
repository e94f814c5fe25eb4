import { request } from 'node:http';
import { plainReply } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';
import type { GivenValue } from '../api/given.ts';
import { isSystemError } from '../runtime/failure.ts';
import { collect } from './body.ts';
import { DAEMON_SOCKET } from './daemon-socket.ts';

/** pveproxy gives up after this long; pvedaemon works on. */
const MILLISECONDS_TO_WAIT = 30_000;

/** A call that pvedaemon is to do. */
export interface DaemonCall {
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, GivenValue>>;
  readonly caller: string;
}

/** Lets pvedaemon do a call and answers what it replies, or 595 and 596 for what goes wrong on the way. */
export function askDaemon(call: DaemonCall): Promise<Reply> {
  return new Promise(resolve => {
    const asked = request({ socketPath: DAEMON_SOCKET, method: 'POST', path: '/' });
    asked.setTimeout(MILLISECONDS_TO_WAIT, () => {
      resolve(plainReply(596, 'Connection timed out'));
      asked.destroy();
    });
    asked.on('error', error => {
      const isDown = isSystemError(error, 'ECONNREFUSED') || isSystemError(error, 'ENOENT');
      resolve(isDown ? plainReply(595, 'Connection refused') : plainReply(596, 'Broken pipe'));
    });
    asked.on('response', answer => {
      // Written by pvedaemon, a file further on.
      void collect(answer).then(
        bytes => resolve(JSON.parse(bytes.toString('utf8')) as Reply),
        () => resolve(plainReply(596, 'Broken pipe')),
      );
    });
    asked.end(JSON.stringify(call));
  });
}
