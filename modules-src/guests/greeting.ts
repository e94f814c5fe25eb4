import type { GuestSigns } from '../sdk/readings.ts';
import { addressesOf } from '../pve/vms/guest-signs.ts';

const SECONDS_TO_GREET = 3;

/** The signs with the first address, of those given and those that the guest tells, whose SSH server greets. */
export async function withGreeting(
  signs: GuestSigns,
  sshAt: readonly string[] | undefined,
): Promise<GuestSigns> {
  if (sshAt === undefined) return signs;
  const addresses = [...new Set([...sshAt, ...addressesOf(signs)])];
  const greeting = await Promise.all(
    addresses.map(async address => ((await greets(address)) ? [address] : [])),
  );
  return { ...signs, ssh: greeting.flat()[0] };
}

/** Whether an SSH server says who it is (RFC 4253, 4.2): an open port alone may be a server that is not ready. */
async function greets(address: string): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise(resolve => {
    const socket = connect({ host: address, port: 22 });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(SECONDS_TO_GREET * 1000, () => end(false));
    socket.once('data', data => end(data.toString('latin1').startsWith('SSH-')));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}
