import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** First byte of a TLS handshake. */
const HANDSHAKE = 0x16;
/** More than this, and pveproxy never answers. */
const MOST_HEADERS = 64;
const LONGEST_HEADER = 8 * 1024;

/** What the connections are encrypted with. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Listens for HTTPS, and sends who speaks plain HTTP to it, as pveproxy does on its one port. Node's own parser and
 * writer: they allow any reason phrase and status, and leave the end of each connection to us.
 */
export function listen(port: number, certificate: Certificate, answer: RequestListener): Promise<Server> {
  const secure = createHttpsServer({ ...certificate, maxHeaderSize: 128 * 1024 }, withLimits(answer));
  const plain = createHttpServer(redirect);
  secure.requestTimeout = 0;
  secure.on('clientError', refuseUnreadable);
  plain.on('clientError', (_, socket) => socket.destroy());
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.once('data', first => {
      socket.pause();
      socket.unshift(first);
      const target = first[0] === HANDSHAKE ? secure : plain;
      target.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, () => resolve(server));
  });
}

function withLimits(answer: RequestListener): RequestListener {
  return (message, response) => {
    if (!isTooMuch(message)) answer(message, response);
  };
}

function isTooMuch({ rawHeaders }: IncomingMessage): boolean {
  const longest = Math.max(0, ...rawHeaders.map(text => text.length));
  return rawHeaders.length / 2 > MOST_HEADERS || longest > LONGEST_HEADER;
}

// Without a Host there is no place to send the client to, and it is left waiting.
function redirect(message: IncomingMessage, response: ServerResponse): void {
  const { host } = message.headers;
  if (host === undefined) return;
  response.writeHead(301, { Location: `https://${host}${message.url ?? '/'}`, Connection: 'close' });
  response.end();
}

// A method that HTTP does not know is the one thing that Node's parser refuses and pveproxy answers.
function refuseUnreadable(
  error: Error & { readonly rawPacket?: Buffer },
  socket: NodeJS.WritableStream & Partial<Socket>,
): void {
  const method = /^([A-Z]+) \S+ HTTP\//.exec(error.rawPacket?.toString('latin1') ?? '')?.[1];
  if (method === undefined) {
    socket.destroy?.();
    return;
  }
  const now = new Date().toUTCString();
  const head = [
    `HTTP/1.1 501 method '${method}' not available`,
    'Cache-Control: max-age=0',
    'Connection: close',
    `Date: ${now}`,
    'Pragma: no-cache',
    'Server: pve-api-daemon/3.0',
    `Expires: ${now}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n`);
}
