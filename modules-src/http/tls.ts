import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { UserError } from '../sdk/error.ts';
import { HERE, optionName } from '../sdk/option-name.ts';
import { isMissing } from '../system/files.ts';

/** Where Debian keeps the certificates that curl and wget trust; update-ca-certificates writes it. */
const SYSTEM_STORE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Trust of the system, as curl has it: Node.js alone knows only the certificates it was built with, so a company's own
 * authority would be refused. Giving the certificates also keeps NODE_EXTRA_CA_CERTS out of it. `extra` is a file of
 * further authorities, of the option of that name.
 */
export function systemTrust(
  extra: string | undefined,
  option: 'cloud_image_ca_path' | 'api_ca_path',
  store = systemStore(),
): SecureContext {
  const system = readCertificates(store);
  if (extra === undefined) return createSecureContext({ ...(system !== undefined && { ca: system }) });
  const own = readCertificates(extra);
  if (own?.includes('-----BEGIN CERTIFICATE-----') !== true)
    throw new UserError(
      `cannot use ${optionName(option)} ${extra}: ${own === undefined ? `${HERE} has no such file` : 'it holds no certificate in PEM form'}; ` +
        `give a file with certificates that is on ${HERE}`,
    );
  return createSecureContext({ ca: system === undefined ? [own] : [system, own] });
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
