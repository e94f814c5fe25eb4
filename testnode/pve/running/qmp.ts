import { createConnection } from 'node:net';

/** Sends one command to a running QEMU and answers what it returns. */
export function qmp(
  vmid: number,
  command: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(`/var/run/qemu-server/${vmid}.qmp`);
    const send = (execute: string, given: Readonly<Record<string, unknown>>): boolean =>
      socket.write(`${JSON.stringify({ execute, arguments: given, id: execute })}\n`);
    let text = '';
    socket.on('connect', () => send('qmp_capabilities', {}));
    socket.on('error', reject);
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        // QEMU's own protocol (qemu, docs/interop/qmp-spec): a reply carries the id of its command.
        const reply = JSON.parse(line) as { id?: string; return?: unknown; error?: { desc: string } };
        if (reply.id === 'qmp_capabilities') send(command, args);
        if (reply.id === command) {
          socket.end();
          if (reply.error) reject(new Error(reply.error.desc));
          else resolve(reply.return);
        }
      }
    });
  });
}
