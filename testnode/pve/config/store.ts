import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { currentSession } from '../tasks/session.ts';
import { PveFailure } from '../runtime/failure.ts';
import { warn } from '../runtime/output.ts';
import { drivesOf } from './drive.ts';
import {
  configName,
  configTextIfThere,
  readClusterBytes,
  readConfigText,
  vmidsOf,
  writeClusterFile,
} from './cluster.ts';
import { formatConfig } from './format.ts';
import { parseConfig } from './parse.ts';
import type { VmConfig } from './sections.ts';

/** A configuration and the digest of the text it was read from. */
export interface StoredConfig {
  readonly config: VmConfig;
  readonly digest: string;
}

/** Reads a VM's configuration; what PVE cannot parse is warned about, as every command does. */
export function loadConfig(vmid: number, node?: string): VmConfig {
  return loadWithDigest(vmid, node).config;
}

/** The VMs of a node with their configurations, sorted by VMID; who is removed meanwhile is none of them. */
export function configsOf(node?: string): readonly (readonly [number, VmConfig])[] {
  return vmidsOf(node).flatMap(vmid => {
    const text = configTextIfThere(vmid, node);
    return text === undefined ? [] : [[vmid, parsedAloud(vmid, text)] as const];
  });
}

/** Reads a VM's configuration together with its digest. */
export function loadWithDigest(vmid: number, node?: string): StoredConfig {
  const text = readConfigText(vmid, node);
  return { config: parsedAloud(vmid, text), digest: createHash('sha1').update(text).digest('hex') };
}

/** Reads a VM's configuration without a word about what cannot be parsed. */
export function readSilently(vmid: number): VmConfig {
  return parseConfig(vmid, readConfigText(vmid)).config;
}

function parsedAloud(vmid: number, text: string): VmConfig {
  const { config, warnings } = parseConfig(vmid, text);
  warnings.forEach(warn);
  return config;
}

/** Writes a VM's configuration on this node; a volume that a drive uses is no longer unused. */
export function saveConfig(vmid: number, config: VmConfig): void {
  const used = new Set([...drivesOf(config.current), ...drivesOf(config.pending)].map(({ file }) => file));
  for (const [key, volume] of config.current) {
    if (/^unused\d+$/.test(key) && used.has(volume)) config.current.delete(key);
  }
  writeClusterFile(configName(vmid), encodedLikeBefore(vmid, formatConfig(config)));
}

/** Fails when the caller saw another version of the configuration. */
export function assertDigest(stored: StoredConfig, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== stored.digest) {
    throw new PveFailure('checksum mismatch (file change by other user?)');
  }
}

/** Fails while the configuration is locked by a task such as a backup. */
export function assertUnlocked(config: VmConfig, skipLock = false): void {
  const lock = config.current.get('lock');
  if (lock !== undefined && !skipLock) throw new PveFailure(`VM is locked (${lock})`);
}

/**
 * Perl writes characters up to U+00FF as one byte each, where it knows that they are characters: so the API stores
 * them, while commands pass the bytes that were typed. What a file had stays as it was.
 */
function encodedLikeBefore(vmid: number, text: string): Buffer {
  const before = readClusterBytes(configName(vmid));
  const isLatin1 = before === undefined || isAscii(before) ? currentSession().isByApi : !isUtf8(before);
  const bytes = Buffer.from(text, 'latin1');
  return isLatin1 && bytes.toString('latin1') === text ? bytes : Buffer.from(text, 'utf8');
}
