import type { TLSSocket } from 'node:tls';
import type { Problem } from '../../sdk/define-module.ts';
import { optionName } from '../../sdk/option-name.ts';
import type { Connection } from './connection.ts';
import { ApiFailure } from './failure.ts';

/** The certificate of the API is not one that is believed. */
export class StrangerFailure extends ApiFailure {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.message}; ${problem.fix}`, false);
    this.problem = problem;
  }
}

/** Why the other end is not believed to be the API; undefined: it is. */
export function strangerFailure(
  socket: Pick<TLSSocket, 'authorized' | 'authorizationError' | 'getPeerCertificate'>,
  { host, port, trust }: Pick<Connection, 'host' | 'port' | 'trust'>,
): StrangerFailure | undefined {
  const { fingerprint256: found, subjectaltname, ...validity } = socket.getPeerCertificate();
  const at = `${host}:${port}`;
  if (trust.fingerprint !== undefined)
    return plain(found) === plain(trust.fingerprint) ? undefined : new StrangerFailure(changed(at, found));
  if (!trust.validateCerts || socket.authorized) return undefined;
  // Node.js gives the code of the error, typed as an error.
  const code = String(socket.authorizationError);
  if (/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/.test(code))
    return new StrangerFailure(ofOtherTime(at, validity.valid_from, validity.valid_to));
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new StrangerFailure(ofOtherName(at, subjectaltname ?? '', found));
  return new StrangerFailure(unknown(at, code, found));
}

const COMPARE = 'when you have compared it with System → Certificates of the node';

const changed = (at: string, found: string): Problem => ({
  code: 'PVE-API-002',
  variable: optionName('api_fingerprint'),
  message: `the certificate of ${at} has another fingerprint than ${optionName('api_fingerprint')} says, ${found}`,
  fix: `if it was renewed, set ${optionName('api_fingerprint')} to this one ${COMPARE}`,
});

const unknown = (at: string, code: string, found: string): Problem => ({
  ...changed(at, found),
  message: `the certificate of ${at} is not trusted (${code}); its SHA-256 is ${found}`,
  fix:
    `set ${optionName('api_fingerprint')} to that ${COMPARE}, or ${optionName('api_ca_path')} to a copy of the cluster’s ` +
    '/etc/pve/pve-root-ca.pem',
});

const ofOtherName = (at: string, names: string, found: string): Problem => ({
  ...changed(at, found),
  message: `the certificate of ${at} is for ${names}; its SHA-256: ${found}`,
  fix: `set ${optionName('api_host')} to one of them, or ${optionName('api_fingerprint')} to that ${COMPARE}`,
});

const ofOtherTime = (at: string, from: string, to: string): Problem => ({
  code: 'PVE-API-006',
  variable: optionName('api_host'),
  message: `the certificate of ${at} is valid from ${from} to ${to}, and here it is ${new Date().toUTCString()}`,
  fix: 'set the clock of the controller, or renew the certificate with `pvecm updatecerts --force` on the node',
});

/** Written with colons or without, in capitals or not, with the name of the algorithm before it or not. */
const plain = (fingerprint: string): string =>
  fingerprint
    .toLowerCase()
    .replace(/^sha-?256[:=\s]*/, '')
    .replaceAll(/[:\s]/g, '');
