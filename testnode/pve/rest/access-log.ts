import { appendFileSync, mkdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';

const FILE = '/var/log/pveproxy/access.log';

/** Notes a call as pveproxy does: `::ffff:10.98.0.1 - root@pam!ci [27/11/2026:08:00:00 +0000] "GET /api2/json/version HTTP/1.1" 200 118`. */
export function logAccess(message: IncomingMessage, status: number, bytes: number): void {
  const { method = '', url = '', httpVersion, headers, socket } = message;
  const call = `"${method} ${url} HTTP/${httpVersion}" ${status} ${bytes}`;
  const line = `${socket.remoteAddress ?? ''} - ${whoSays(headers)} [${now()}] ${call}\n`;
  mkdirSync(dirname(FILE), { recursive: true });
  appendFileSync(FILE, line);
}

/** Who a token or a ticket says that it is of, whether or not that is believed. */
function whoSays({ authorization = '', cookie = '' }: IncomingMessage['headers']): string {
  const [, user = '-'] =
    /^PVEAPIToken=([^=\s]+)/.exec(authorization) ??
    /PVEAuthCookie=PVE(?::|%3A)(.+?)(?::|%3A)/i.exec(cookie) ??
    [];
  return user.replace('%40', '@');
}

function now(): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(new Date().toISOString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
