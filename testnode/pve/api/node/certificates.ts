import { X509Certificate } from 'node:crypto';
import type { Parameters } from '../../cli/command.ts';
import { readClusterFile } from '../../config/cluster.ts';
import { nodeOf } from '../local-node.ts';

const MILLISECONDS = 1000;

/** The authority's certificate and the node's own. */
export function certificates(parameters: Parameters): readonly object[] {
  const node = nodeOf(parameters);
  const files = ['pve-root-ca.pem', `nodes/${node}/pve-ssl.pem`];
  return files.flatMap(file => {
    const pem = readClusterFile(file);
    return pem === undefined ? [] : [describe(file.replace(/^.*\//, ''), pem)];
  });
}

/** SHA-256 of a certificate, in pairs of digits. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

function describe(filename: string, pem: string): object {
  const certificate = new X509Certificate(pem);
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  return {
    filename,
    pem,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    san: (certificate.subjectAltName ?? '').split(', ').flatMap(name => /^[^:]+:(.*)$/.exec(name)?.[1] ?? []),
    notbefore: seconds(certificate.validFrom),
    notafter: seconds(certificate.validTo),
    fingerprint: certificate.fingerprint256,
    'public-key-type': asymmetricKeyType === 'rsa' ? 'rsaEncryption' : 'id-ecPublicKey',
    'public-key-bits': asymmetricKeyDetails?.modulusLength ?? 256,
  };
}

function oneLine(name: string): string {
  return name
    .split('\n')
    .map(part => `/${part}`)
    .join('');
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / MILLISECONDS);
}
