/** One line of GET /nodes/N/qemu/ID/pending: a setting as it is, as it will be, or that it will go (PVE-API 8.4 and 9.2). */
export interface PendingEntry {
  readonly key: string;
  readonly value?: string | number;
  readonly pending?: string | number;
  /** 1: goes at the next start; 2: goes by force. */
  readonly delete?: number;
}

/** One line of GET /nodes/N/qemu/ID/cloudinit: `value` is what the drive was made of, `pending` what the next one will be. */
type CloudInitEntry = PendingEntry;

/** What the API tells of one VM. */
export interface ApiConfig {
  readonly pending: readonly PendingEntry[];
  /** Empty where the VM has no cloud-init settings or does not run. */
  readonly cloudInit: readonly CloudInitEntry[];
  /** Names of its snapshots. */
  readonly snapshots: readonly string[];
}

/** Keys that the API adds to a configuration. */
const NOT_IN_THE_FILE = new Set(['digest']);

/**
 * The configuration as the file of a node has it, which is the form that everything else reads: sorted keys, the
 * description as leading comment lines, sections for what waits, for what the cloud-init drive lacks, and one per snapshot.
 */
export function configText({ pending, cloudInit, snapshots }: ApiConfig): string {
  const entries = pending.filter(({ key }) => !NOT_IN_THE_FILE.has(key));
  const sections = [
    section(undefined, currentLines(entries)),
    section('PENDING', waitingLines(entries)),
    section('special:cloudinit', outdatedLines(cloudInit)),
    ...snapshots.map(name => `[${name}]\n`),
  ];
  return sections.filter(text => text !== '').join('\n');
}

function section(name: string | undefined, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return [...(name === undefined ? [] : [`[${name}]`]), ...lines].map(line => `${line}\n`).join('');
}

function currentLines(entries: readonly PendingEntry[]): string[] {
  const current = entries.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, value }]));
  const description = current.find(({ key }) => key === 'description');
  return [
    ...(description === undefined ? [] : commentLines(String(description.value))),
    ...current
      .filter(({ key }) => key !== 'description')
      .map(({ key, value }) => `${key}: ${valueText(value)}`)
      .sort(),
  ];
}

/** PVE drops trailing newlines of a description, and encodes what would end its comment. */
const commentLines = (text: string): string[] =>
  text
    .replace(/\n+$/, '')
    .split('\n')
    .map(line => `#${encodeURIComponent(line)}`);

/** An empty value of a key that has no other comes as one space. */
const valueText = (value: string | number): string => (value === ' ' ? '' : String(value));

function waitingLines(entries: readonly PendingEntry[]): string[] {
  const deletes = entries.flatMap(({ key, delete: goes }) =>
    goes === undefined || goes === 0 ? [] : [goes === 2 ? `!${key}` : key],
  );
  return [
    ...(deletes.length === 0 ? [] : [`delete: ${deletes.sort().join(',')}`]),
    ...entries
      .flatMap(({ key, pending }) => (pending === undefined ? [] : [`${key}: ${pendingText(key, pending)}`]))
      .sort(),
  ];
}

const pendingText = (key: string, value: string | number): string =>
  key === 'description' ? encodeURIComponent(String(value)) : valueText(value);

/** Values that the drive still has, and under `added` the settings that it does not have at all. */
function outdatedLines(entries: readonly CloudInitEntry[]): string[] {
  const outdated = entries.filter(entry => entry.pending !== undefined || entry.delete !== undefined);
  const added = outdated.filter(({ value }) => value === undefined).map(({ key }) => key);
  return [
    ...(added.length === 0 ? [] : [`added: ${added.sort().join(',')}`]),
    ...outdated
      .flatMap(({ key, value }) => (value === undefined ? [] : [`${key}: ${valueText(value)}`]))
      .sort(),
  ];
}
