import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { collect } from './body.ts';
import { DAEMON_SOCKET } from './daemon-socket.ts';
import type { DaemonCall } from './ask-daemon.ts';
import { createPool } from './daemon-pool.ts';

/** pvedaemon: takes calls from pveproxy and hands each to a process of its own pool. Resolves when it listens. */
export function serveCalls(): Promise<Server> {
  const pool = createPool();
  const server = createServer((message, response) => {
    void collect(message)
      .then(bytes => pool.run(JSON.parse(bytes.toString('utf8')) as DaemonCall))
      .then(reply => response.end(JSON.stringify(reply)))
      .catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  mkdirSync(dirname(DAEMON_SOCKET), { recursive: true });
  rmSync(DAEMON_SOCKET, { force: true });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(DAEMON_SOCKET, () => resolve(server));
  });
}
