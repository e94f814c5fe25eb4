import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { isMissing } from './node-files.ts';

/** Where Debian keeps the certificates that curl and wget trust; update-ca-certificates writes it. */
const SYSTEM_STORE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Trust of the system, as curl has it: Node.js alone knows only the certificates it was built with, so a company's own
 * authority would be refused. Giving the certificates also keeps NODE_EXTRA_CA_CERTS out of it.
 */
export function systemTrust(store = SYSTEM_STORE): SecureContext {
  try {
    return createSecureContext({ ca: readFileSync(store) });
  } catch (error) {
    if (isMissing(error)) return createSecureContext();
    throw error;
  }
}
