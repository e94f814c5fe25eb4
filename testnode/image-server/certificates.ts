import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from '../system/processes.ts';

const DAYS = '30';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Files of a certificate that a cluster's own authority has signed. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority, as a company has one for its proxy, and a certificate for the names given. */
export async function makeCertificates(directory: string, names: readonly string[]): Promise<Certificates> {
  const file = (name: string) => join(directory, name);
  const authority = file('ca.pem');
  const authorityKey = file('ca.key');
  const certificate = file('server.pem');
  const key = file('server.key');
  const subject = ['-subj', '/O=Test node/CN=Test node authority'];
  await runOrThrow([
    'openssl',
    'req',
    '-x509',
    ...NEW_KEY,
    ...subject,
    '-days',
    DAYS,
    '-keyout',
    authorityKey,
    '-out',
    authority,
  ]);
  const request = file('server.csr');
  await runOrThrow([
    'openssl',
    'req',
    ...NEW_KEY,
    '-subj',
    '/CN=Test node server',
    '-keyout',
    key,
    '-out',
    request,
  ]);
  const extensions = file('server.ext');
  writeFileSync(extensions, `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}\n`);
  const signer = ['-CA', authority, '-CAkey', authorityKey, '-CAcreateserial', '-days', DAYS];
  await runOrThrow([
    'openssl',
    'x509',
    '-req',
    '-in',
    request,
    ...signer,
    '-extfile',
    extensions,
    '-out',
    certificate,
  ]);
  return { authority, certificate, key };
}
