import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { ownTrust, systemTrust } from '../../http/tls.ts';
import type { Connection } from './connection.ts';
import { strangerFailure, StrangerFailure } from './stranger.ts';

type Peer = Pick<Connection, 'host' | 'port' | 'trust'>;

/** How the other end is reached, each time anew. */
type Way = () => Promise<ConnectionOptions>;

/** Left to itself, a connection that nobody answers is given up by Linux after two minutes. */
const MILLISECONDS_TO_CONNECT = 15_000;

class SilentHost extends Error {
  readonly code = 'ETIMEDOUT';
}

/** A connection to the API whose other end is known to be the right one, before a byte of ours goes out. */
export async function trustedSocket(peer: Peer, way: Way): Promise<TLSSocket> {
  const { fingerprint, caPath, validateCerts } = peer.trust;
  // Who knows the certificate itself needs no authority for it, nor its name.
  if (fingerprint !== undefined || !validateCerts) return believed(peer, await way());
  if (caPath !== undefined) {
    // Nearly always it is enough, and the system's authorities take longer than all that is asked.
    const own = { secureContext: ownTrust(caPath, 'api_ca_path') };
    const socket = await believed(peer, { ...(await way()), ...own }).catch(unlessStranger);
    if (socket !== undefined) return socket;
  }
  return believed(peer, { ...(await way()), secureContext: systemTrust(caPath, 'api_ca_path') });
}

function unlessStranger(error: unknown): undefined {
  if (!(error instanceof StrangerFailure)) throw error;
}

function believed(peer: Peer, options: ConnectionOptions): Promise<TLSSocket> {
  const servername = isIP(peer.host) === 0 ? peer.host : '';
  return new Promise((resolve, reject) => {
    // Whoever is not believed is looked at all the same: his fingerprint is to be told. Without the host, Node.js compares
    // the certificate of an address behind a proxy with the name of the proxy, or with `localhost`.
    const socket = connect({ ...options, host: peer.host, servername, rejectUnauthorized: false });
    socket.once('error', reject);
    const limit = setTimeout(() => socket.destroy(new SilentHost()), MILLISECONDS_TO_CONNECT);
    socket.once('close', () => clearTimeout(limit));
    socket.once('secureConnect', () => {
      clearTimeout(limit);
      socket.off('error', reject);
      const stranger = strangerFailure(socket, peer);
      if (stranger === undefined) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(stranger);
    });
  });
}
