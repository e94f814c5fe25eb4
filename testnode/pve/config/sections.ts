/** One section of a configuration: key → value, the description decoded. */
export type Section = Map<string, string>;

/** A VM's configuration file: what runs or will run, what waits for a restart, its snapshots. */
export interface VmConfig {
  readonly current: Section;
  readonly pending: Section;
  /** Keys that a restart will delete, each with whether their volume goes for good. */
  readonly pendingDelete: Map<string, { readonly force: boolean }>;
  /** What the cloud-init drive of the running guest still says; `added` lists what it lacks. */
  readonly cloudInit: Section;
  readonly snapshots: Map<string, Section>;
}

/** A configuration without any key. */
export function emptyConfig(): VmConfig {
  return {
    current: new Map(),
    pending: new Map(),
    pendingDelete: new Map(),
    cloudInit: new Map(),
    snapshots: new Map(),
  };
}

/** The configuration as it will be after a restart. */
export function withPending(config: VmConfig): Section {
  const merged = new Map([...config.current, ...config.pending]);
  for (const key of config.pendingDelete.keys()) merged.delete(key);
  return merged;
}

/** True for a template. */
export function isTemplate(config: VmConfig): boolean {
  return config.current.get('template') === '1';
}

/** Characters that a comment line cannot hold are percent-encoded, byte by byte; `:` too, so that no line looks like a key. */
export function encodeText(text: string): string {
  return Array.from(text)
    .map(character =>
      /^[\u0020-\u007e]$/.test(character) && !'%:'.includes(character) ? character : percent(character),
    )
    .join('');
}

/** The reverse of `encodeText`. */
export function decodeText(text: string): string {
  const bytes = text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function percent(character: string): string {
  return [...Buffer.from(character, 'utf8')]
    .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
