import { checkValue } from '../schema/verify.ts';
import { normalise } from '../schema/values.ts';
import { configSchema } from '../options/vm.ts';
import { decodeText, emptyConfig } from './sections.ts';
import type { Section, VmConfig } from './sections.ts';

const KEY_LINE = /^([a-z][a-z_\d-]*):\s*(.+?)\s*$/;
const KEYS_TO_DELETE = 'delete';

/** What parsing found: the configuration and one warning for each line that PVE drops. */
export interface ParsedConfig {
  readonly config: VmConfig;
  readonly warnings: readonly string[];
}

/** Reads a configuration as PVE does: lines that make no sense are warned about and forgotten. */
export function parseConfig(vmid: number, text: string): ParsedConfig {
  const config = emptyConfig();
  const warnings: string[] = [];
  const description = new Map<Section, string>();
  let section = config.current;

  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const header = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) {
      section = openSection(config, header);
    } else if (line.startsWith('#')) {
      description.set(section, `${description.get(section) ?? ''}${decodeText(line.slice(1).trimEnd())}\n`);
    } else {
      const warning = readLine(config, section, line);
      if (warning !== undefined) warnings.push(`vm ${vmid} - ${warning}`);
    }
  }
  for (const [owner, comment] of description) owner.set('description', comment.replace(/\n+$/, ''));
  return { config, warnings };
}

function openSection(config: VmConfig, header: string): Section {
  if (header === 'PENDING') return config.pending;
  if (header === 'special:cloudinit') return config.cloudInit;
  const snapshot: Section = new Map();
  config.snapshots.set(header, snapshot);
  return snapshot;
}

function readLine(config: VmConfig, section: Section, line: string): string | undefined {
  const match = KEY_LINE.exec(line);
  if (!match) return `unable to parse config: ${line}`;
  const [, key = '', value = ''] = match;
  if (section === config.pending && key === KEYS_TO_DELETE) {
    for (const [name, force] of parseKeysToDelete(value)) config.pendingDelete.set(name, { force });
    return undefined;
  }
  if (section === config.cloudInit) {
    section.set(key, value);
    return undefined;
  }
  return readValue(section, key, value);
}

function readValue(section: Section, key: string, value: string): string | undefined {
  const schema = configSchema(key);
  if (!schema) return `unable to parse value of '${key}' - unknown setting '${key}'`;
  // An option that was set to nothing is stored as `key: ` and read back as one blank.
  const problem = value === ' ' && schema.format === undefined ? undefined : checkValue(key, schema, value);
  if (problem !== undefined && !isBlankOf(key, value)) {
    return `unable to parse value of '${key}' - ${problem.replace(/^invalid format - /, '').replace(/\n$/, '')}`;
  }
  section.set(key, normalise(schema, value));
  return undefined;
}

function isBlankOf(key: string, value: string): boolean {
  return value === ' ' && key !== 'sshkeys';
}

function parseKeysToDelete(text: string): readonly (readonly [string, boolean])[] {
  return text
    .split(/[;, ]+/)
    .filter(name => name !== '')
    .map(name => [name.replace(/^!/, ''), name.startsWith('!')] as const);
}
