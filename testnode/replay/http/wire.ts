import { connect } from 'node:tls';

/** After this silence the server has said what it says. */
const SILENCE_MS = 1500;

/** Sends bytes as they stand on a connection of their own, and waits until the server has answered or closed. */
export function sendRaw(socketPath: string, request: string): Promise<void> {
  return new Promise(resolve => {
    const socket = connect({ path: socketPath, rejectUnauthorized: false });
    socket.on('secureConnect', () => socket.write(Buffer.from(request, 'latin1')));
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.resume();
  });
}
