import { connect, type Socket } from 'node:net';

/**
 * A ProxyCommand of ssh that hands every byte on later, as a line between two sites does:
 * `tsx bench/delay.ts HOST PORT MILLISECONDS`, where the milliseconds are those of a round trip.
 */
const [host = '', port = '22', roundTrip = '0'] = process.argv.slice(2);
const delay = Number(roundTrip) / 2;
const socket: Socket = connect(Number(port), host);
socket.setNoDelay(true);

process.stdin.on('data', (bytes: Buffer) => setTimeout(() => socket.write(bytes), delay));
process.stdin.on('end', () => setTimeout(() => socket.end(), delay));
socket.on('data', (bytes: Buffer) => setTimeout(() => process.stdout.write(bytes), delay));
socket.on('close', () => setTimeout(() => process.exit(0), delay));
socket.on('error', (error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
