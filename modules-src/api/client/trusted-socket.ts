import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { systemTrust } from '../../http/tls.ts';
import type { ApiTrust, Connection } from './connection.ts';
import { strangerFailure } from './stranger.ts';

/** A connection to the API whose other end is known to be the right one, before a byte of ours goes out. */
export function trustedSocket(
  connection: Pick<Connection, 'host' | 'port' | 'trust'>,
  way: ConnectionOptions,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...way, ...tlsOptions(connection.host, connection.trust) });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      const stranger = strangerFailure(socket, connection);
      if (stranger === undefined) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(stranger);
    });
  });
}

/** Whoever is not believed is looked at all the same: his fingerprint is to be told. */
function tlsOptions(host: string, { fingerprint, caPath, validateCerts }: ApiTrust): ConnectionOptions {
  const servername = isIP(host) === 0 ? host : '';
  // Who knows the certificate itself needs no authority for it, nor its name.
  const needsAuthority = fingerprint === undefined && validateCerts;
  return {
    servername,
    rejectUnauthorized: false,
    ...(needsAuthority && { secureContext: systemTrust(caPath, 'api_ca_path') }),
  };
}
