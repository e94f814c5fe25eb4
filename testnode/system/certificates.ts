import { isIP } from 'node:net';
import { runOrThrow } from './processes.ts';

const DAYS = '30';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Files of a certificate and its key, in PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority of its own for what is certified here. */
export async function makeAuthority({ certificate, key }: CertificateFiles, subject: string): Promise<void> {
  const files = ['-keyout', key, '-out', certificate];
  await runOrThrow(['openssl', 'req', '-x509', ...NEW_KEY, '-subj', subject, '-days', DAYS, ...files]);
}

/** Makes a certificate for host names and addresses, signed by the authority; the first one is its subject. */
export async function certify(
  authority: CertificateFiles,
  { certificate, key }: CertificateFiles,
  names: readonly string[],
): Promise<void> {
  const alternatives = names.map(name => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',');
  const signer = ['-x509', '-CA', authority.certificate, '-CAkey', authority.key, '-days', DAYS];
  const extensions = [
    '-addext',
    `subjectAltName=${alternatives}`,
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  ];
  const subject = ['-subj', `/O=Test node/CN=${names[0] ?? 'test node'}`];
  const files = ['-keyout', key, '-out', certificate];
  await runOrThrow(['openssl', 'req', ...signer, ...NEW_KEY, ...subject, ...extensions, ...files]);
}
