import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves one file on loopback, in a process of its own so that it takes nothing of the clients' time; prints its port. */
const [path = ''] = process.argv.slice(2);
const { size } = statSync(path);
const server = createServer((request, response) => {
  response.writeHead(200, {
    'content-length': size,
    etag: '"1"',
    'content-type': 'application/octet-stream',
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path, { highWaterMark: 1 << 20 }).pipe(response);
});
server.listen(0, '127.0.0.1', () => {
  // Listens on TCP, so it has a port.
  console.log((server.address() as AddressInfo).port);
});
