import { scryptSync } from 'node:crypto';
import { canonicalText, withoutEmpty } from '../../../sdk/dictionary.ts';

/** A run looks more than once, at the same settings. */
const known = new Map<string, string>();

/**
 * Digest of settings. It stands in a description that auditors may read, and settings may hold secrets (a snippet with
 * a token): scrypt makes each guess at them cost what it costs us, some 50 ms.
 */
export function settingsDigest(family: string, settings: unknown): string {
  const text = canonicalText(withoutEmpty(settings));
  const key = JSON.stringify([family, text]);
  const digest = known.get(key) ?? scryptSync(text, `proxmox-role ${family}`, 16).toString('hex');
  known.set(key, digest);
  return `scrypt:${digest}`;
}
