/**
 * A VM's configuration file, `/etc/pve/nodes/<node>/qemu-server/<vmid>.conf` (PVE 8.4 and 9.2): lines `key: value`,
 * the description as leading `#` lines, then sections `[PENDING]`, `[special:cloudinit]` and one per snapshot.
 * The map itself holds the current section, with the description decoded under `description`.
 */
export interface VmConfig extends ReadonlyMap<string, string> {
  /** Values that a running VM takes at its next start. */
  readonly pending: ReadonlyMap<string, string>;
  /** Options that will be removed at the next start. */
  readonly pendingDeletes: readonly string[];
  readonly snapshots: readonly string[];
  /** What each snapshot holds, in the same order. */
  readonly snapshotValues: readonly ReadonlyMap<string, string>[];
  /**
   * Cloud-init settings of a running VM that its drive does not have yet, with the values that it has; undefined: none.
   * PVE forgets them when it writes the drive (qemu-server 8.0 and later).
   */
  readonly outdatedCloudInit: ReadonlyMap<string, string | undefined>;
}

const SECTION = /^\[([^\]]+)\]\s*$/;
const KEY_VALUE = /^([a-z][a-z0-9_-]*):\s*(.*?)\s*$/i;

/** Reads a configuration; lines that PVE would warn about and drop are ignored. */
export function parseVmConfig(text: string): VmConfig {
  const sections = splitSections(text);
  const pending = parseSection(sections.get('PENDING') ?? []);
  const deletes = pending.get('delete');
  pending.delete('delete');
  const snapshots = [...sections].filter(
    ([name]) => name !== '' && name !== 'PENDING' && !name.startsWith('special:'),
  );
  return Object.assign(parseSection(sections.get('') ?? []), {
    pending,
    pendingDeletes: listedNames(deletes ?? ''),
    snapshots: snapshots.map(([name]) => name),
    snapshotValues: snapshots.map(([, lines]) => parseSection(lines)),
    outdatedCloudInit: outdatedCloudInit(parseSection(sections.get('special:cloudinit') ?? [])),
  });
}

/** Old values by name; `added` lists the settings that the drive does not have at all. */
function outdatedCloudInit(section: ReadonlyMap<string, string>): ReadonlyMap<string, string | undefined> {
  const added = listedNames(section.get('added') ?? '').map(name => [name, undefined] as const);
  return new Map([...[...section].filter(([name]) => name !== 'added'), ...added]);
}

/** The settings that the cloud-init drive of a running VM was made of. */
export function drivenValues(config: VmConfig): ReadonlyMap<string, string> {
  const values = new Map(nextValues(config));
  for (const [name, value] of config.outdatedCloudInit) {
    if (value === undefined) values.delete(name);
    else values.set(name, value);
  }
  return values;
}

/** An exclamation mark before a name means that its removal is forced. */
const listedNames = (list: string): string[] =>
  list
    .split(/[,;\s]+/)
    .map(name => name.replace(/^!/, ''))
    .filter(name => name !== '');

/** What the VM will have after its next start: the current values with the pending ones laid over. */
export function nextValues(config: VmConfig): ReadonlyMap<string, string> {
  const values = new Map([...config, ...config.pending]);
  for (const name of config.pendingDeletes) values.delete(name);
  return values;
}

function splitSections(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let name = '';
  for (const line of text.split('\n')) {
    name = SECTION.exec(line)?.[1] ?? name;
    if (!SECTION.test(line)) sections.set(name, [...(sections.get(name) ?? []), line]);
  }
  return sections;
}

function parseSection(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  const description = lines.filter(line => line.startsWith('#')).map(line => decodeText(line.slice(1)));
  if (description.length > 0) values.set('description', description.join('\n'));
  for (const line of lines) {
    const [, key, value] = KEY_VALUE.exec(line) ?? [];
    if (key !== undefined && value !== undefined)
      values.set(key, key === 'description' ? decodeText(value) : value);
  }
  return values;
}

/** Percent-decodes; text that is not well encoded is taken as it stands. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const DRIVE = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/;

/** Keys of the configuration that hold a drive, in the file's order. */
export function driveKeys(config: ReadonlyMap<string, string>): string[] {
  return [...config.keys()].filter(key => DRIVE.test(key));
}

export const isCloudInitDrive = (drive: string): boolean =>
  /^[^,]*(?:[:/]vm-\d+-cloudinit|:cloudinit\b)/.test(drive);

export const isCdrom = (drive: string): boolean => /(?:^|,)media=cdrom(?:,|$)/.test(drive);

/** The key of the VM's cloud-init drive, if it has one. */
export function cloudInitDriveKey(config: ReadonlyMap<string, string>): string | undefined {
  return driveKeys(config).find(key => isCloudInitDrive(config.get(key) ?? ''));
}

export const isTemplate = (config: ReadonlyMap<string, string>): boolean => config.get('template') === '1';
