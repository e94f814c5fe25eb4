import { scryptSync } from 'node:crypto';
import { canonicalText } from './family.ts';

/**
 * Digest of settings. It stands in a description that auditors may read, and settings may hold secrets (a snippet with
 * a token): scrypt makes each guess at them cost what it costs us, some 50 ms.
 */
export const settingsDigest = (family: string, settings: unknown): string =>
  `scrypt:${scryptSync(canonicalText(settings), `proxmox-role ${family}`, 16).toString('hex')}`;
