import { expect } from 'chai';
import type { TLSSocket } from 'node:tls';
import type { ApiTrust, Connection } from './connection.ts';
import { ApiFailure } from './failure.ts';
import { strangerFailure } from './stranger.ts';
import { troubleOf } from './trouble.ts';

const PRINT = 'AB:CD:EF';

type Shown = Pick<TLSSocket, 'authorized' | 'authorizationError' | 'getPeerCertificate'>;

const socket = (error?: string): Shown =>
  ({
    authorized: error === undefined,
    authorizationError: error,
    getPeerCertificate: () => ({
      fingerprint256: PRINT,
      subjectaltname: 'DNS:pve01, IP Address:10.0.0.5',
      valid_from: 'Jan 1 00:00:00 2030 GMT',
      valid_to: 'Jan 1 00:00:00 2032 GMT',
    }),
  }) as unknown as Shown;

const connection: Connection = {
  host: 'pve',
  port: 8006,
  login: { tokenId: 'ansible@pve!role', tokenSecret: 'x' },
  trust: { fingerprint: undefined, caPath: undefined, validateCerts: true },
  timeout: 60,
};

const stranger = (error: string | undefined, trust: Partial<ApiTrust> = {}) =>
  strangerFailure(socket(error), { ...connection, trust: { ...connection.trust, ...trust } })?.problem;

describe('a server that is not believed to be the API', () => {
  it('is told with its fingerprint, to be compared and set', () => {
    const found = stranger('SELF_SIGNED_CERT_IN_CHAIN');

    expect(found?.code).to.equal('PVE-API-002');
    expect(found?.message).to.contain(PRINT).and.contain('SELF_SIGNED');
    expect(found?.fix).to.contain('api_fingerprint').and.contain('pve-root-ca.pem');
  });

  it('is told with its names where the address is none of them: no authority would help', () => {
    const found = stranger('ERR_TLS_CERT_ALTNAME_INVALID');

    expect(found?.code).to.equal('PVE-API-002');
    expect(found?.message).to.contain('DNS:pve01, IP Address:10.0.0.5').and.contain(PRINT);
    expect(found?.fix).to.contain('api_host').and.not.contain('pve-root-ca.pem');
  });

  it('is told as a trouble of time where the clocks are what differs', () => {
    const found = stranger('CERT_NOT_YET_VALID');

    expect(found?.code).to.equal('PVE-API-006');
    expect(found?.message).to.contain('Jan 1 00:00:00 2030 GMT');
  });

  it('is believed by its fingerprint, whatever its certificate is else, and by nothing where nothing is asked', () => {
    expect(stranger('CERT_HAS_EXPIRED', { fingerprint: 'sha256:abcdef' })).to.equal(undefined);
    expect(stranger(undefined, { fingerprint: '00:11' })?.message).to.contain(PRINT);
    expect(stranger('SELF_SIGNED_CERT_IN_CHAIN', { validateCerts: false })).to.equal(undefined);
    expect(stranger(undefined)).to.equal(undefined);
  });
});

describe('an API that tells nothing', () => {
  it('is told with what to look at', () => {
    const refused = troubleOf(connection, new ApiFailure('pve:8006: the connection was refused', true));
    const token = troubleOf(connection, new ApiFailure('GET /version: 401', false, 401));

    expect(refused?.code).to.equal('PVE-API-001');
    expect(token?.code).to.equal('PVE-API-003');
    expect(token?.fix).to.contain('pveum user token list ansible@pve');
    expect(troubleOf(connection, new ApiFailure('GET /x: locked', true, 500))).to.equal(undefined);
  });
});
