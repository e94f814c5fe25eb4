import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { systemTrust } from '../../http/tls.ts';
import { ApiFailure } from './failure.ts';
import type { ApiTrust, Connection } from './connection.ts';

/** A connection to the API whose other end is known to be the right one, before a byte of ours goes out. */
export function trustedSocket(
  { host, port, trust }: Pick<Connection, 'host' | 'port' | 'trust'>,
  way: ConnectionOptions = { host, port },
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...way, ...tlsOptions(host, trust) });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      const stranger = strangerReason(socket.getPeerCertificate().fingerprint256, trust);
      if (stranger === undefined) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ApiFailure(`${host}:${port}: ${stranger}`, false));
    });
  });
}

function tlsOptions(host: string, { fingerprint, caPath, validateCerts }: ApiTrust): ConnectionOptions {
  const servername = isIP(host) === 0 ? host : '';
  // Who knows the certificate itself needs no authority for it, nor its name.
  if (fingerprint !== undefined || !validateCerts) return { servername, rejectUnauthorized: false };
  return { servername, secureContext: systemTrust(caPath) };
}

function strangerReason(found: string, { fingerprint }: ApiTrust): string | undefined {
  if (fingerprint === undefined || plain(found) === plain(fingerprint)) return undefined;
  return (
    `its certificate has another fingerprint than api_fingerprint says, ${found}; ` +
    'if the certificate of the node was renewed, set api_fingerprint to this one'
  );
}

/** Written with colons or without, in capitals or not, with the name of the algorithm before it or not. */
const plain = (fingerprint: string): string =>
  fingerprint
    .toLowerCase()
    .replace(/^sha-?256[:=\s]*/, '')
    .replaceAll(/[:\s]/g, '');
