import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { UserError } from '../sdk/error.ts';
import { HERE, optionName } from '../sdk/option-name.ts';
import { isMissing } from '../system/files.ts';

/** Where Debian keeps the certificates that curl and wget trust; update-ca-certificates writes it. */
const SYSTEM_STORE = '/etc/ssl/certs/ca-certificates.crt';

type Option = 'cloud_image_ca_path' | 'api_ca_path';

/**
 * Trust of the system, as curl has it: Node.js alone knows only the certificates it was built with, so a company's own
 * authority would be refused. Giving the certificates also keeps NODE_EXTRA_CA_CERTS out of it. `extra` is a file of
 * further authorities, of the option of that name.
 */
export const systemTrust = (
  extra: string | undefined,
  option: Option,
  store = systemStore(),
): SecureContext =>
  remembered(JSON.stringify([store, extra]), () => {
    const own = extra === undefined ? [] : [ownCertificates(extra, option)];
    return [readCertificates(store) ?? [], own].flat();
  });

/** Trust in the authorities of the user's file alone. */
export const ownTrust = (path: string, option: Option): SecureContext =>
  remembered(path, () => [ownCertificates(path, option)]);

/** By the files: to take in the system's hundred authorities takes 35 ms, which is more than most requests do. */
const known = new Map<string, SecureContext>();

function remembered(files: string, read: () => string[]): SecureContext {
  const found = known.get(files);
  if (found !== undefined) return found;
  const ca = read();
  const trust = createSecureContext({ ...(ca.length > 0 && { ca }) });
  known.set(files, trust);
  return trust;
}

function ownCertificates(path: string, option: Option): string {
  const own = readCertificates(path);
  if (own?.includes('-----BEGIN CERTIFICATE-----') !== true)
    throw new UserError(
      `cannot use ${optionName(option)} ${path}: ${own === undefined ? `${HERE} has no such file` : 'it holds no certificate in PEM form'}; ` +
        `give a file with certificates that is on ${HERE}`,
    );
  return own;
}

/** Where curl looks, too, before the system's file. */
const systemStore = (): string =>
  process.env['CURL_CA_BUNDLE'] ?? process.env['SSL_CERT_FILE'] ?? SYSTEM_STORE;

/** A pipe or a device is never waited for. */
const LARGEST = 16 * 1024 ** 2;

function readCertificates(path: string): string | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > LARGEST) return undefined;
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
