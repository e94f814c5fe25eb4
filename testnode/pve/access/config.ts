import { readClusterFile, writeClusterFile } from '../config/cluster.ts';
import type { AccessConfig } from './kinds.ts';
import { formatAccess } from './format.ts';
import { parseAccess } from './parse.ts';

const FILE = 'user.cfg';

let known: { readonly text: string; readonly config: AccessConfig } | undefined;

/** What /etc/pve/user.cfg says. */
export function accessConfig(): AccessConfig {
  const text = readClusterFile(FILE) ?? '';
  if (known?.text !== text) known = { text, config: parseAccess(text) };
  return known.config;
}

/** Replaces /etc/pve/user.cfg. */
export function saveAccess(config: AccessConfig): void {
  writeClusterFile(FILE, formatAccess(config));
}
