/**
 * How the options of a VM are written and what their absence means: qm.conf(5) of PVE 8.4 and 9.2. Every comparison of a
 * setting goes by this table; an option that is not in it is a text.
 */
export type SettingFormat = PlainFormat | PropertyFormat;

interface PlainFormat {
  /** `words`: a set in any order; `cpus`: a set of numbers and ranges; `verbatim`: people's own words. */
  readonly kind: 'text' | 'verbatim' | 'flag' | 'number' | 'words' | 'cpus';
  /** What the option is when the configuration does not mention it. */
  readonly absent?: string;
}

export interface PropertyFormat {
  readonly kind: 'properties';
  readonly absent?: string;
  /** Property that may stand without its name. */
  readonly defaultKey: string;
  /** What a property is when the text does not mention it, where that is not 0. */
  readonly defaults: Readonly<Record<string, string>>;
  /**
   * Properties that stay when a new value does not mention them: the identity of a device (its MAC address), or all,
   * where a variable speaks of one property only (the type of the display, not its memory).
   */
  readonly keeps: 'all' | readonly string[];
  /** Other names of properties. */
  readonly aliases?: Readonly<Record<string, string>>;
}

const flag = (absent?: '0' | '1'): SettingFormat => ({ kind: 'flag', ...(absent && { absent }) });
const number = (absent?: string): SettingFormat => ({ kind: 'number', ...(absent && { absent }) });
const text = (absent: string): SettingFormat => ({ kind: 'text', absent });

const properties = (
  defaultKey: string,
  more: Partial<Omit<PropertyFormat, 'kind' | 'defaultKey'>> = {},
): PropertyFormat => ({ kind: 'properties', defaultKey, defaults: {}, keeps: [], ...more });

const AGENT_DEFAULTS = { type: 'virtio', 'freeze-fs-on-backup': '1' };
// PVE 9.2 stores the first of them; both releases take the other.
const AGENT_ALIASES = { 'freeze-fs': 'freeze-fs-on-backup', 'guest-fsfreeze': 'freeze-fs-on-backup' };

const PLAIN: Readonly<Record<string, SettingFormat>> = {
  acpi: flag('1'),
  affinity: { kind: 'cpus' },
  'allow-ksm': flag('1'),
  arch: text('x86_64'),
  args: { kind: 'verbatim' },
  autostart: flag('0'),
  balloon: number(),
  bios: text('seabios'),
  ciupgrade: flag('1'),
  ciuser: { kind: 'verbatim' },
  cores: number('1'),
  cpulimit: number('0'),
  cpuunits: number(),
  description: { kind: 'verbatim' },
  freeze: flag('0'),
  hotplug: { kind: 'words', absent: 'network,disk,usb' },
  keephugepages: flag('0'),
  kvm: flag('1'),
  localtime: flag(),
  migrate_downtime: number('0.1'),
  migrate_speed: number('0'),
  numa: flag('0'),
  onboot: flag('0'),
  ostype: text('other'),
  protection: flag('0'),
  reboot: flag('1'),
  scsihw: text('lsi'),
  shares: number('1000'),
  smp: number('1'),
  sockets: number('1'),
  startdate: text('now'),
  tablet: flag('1'),
  tags: { kind: 'words', absent: '' },
  tdf: flag('0'),
  template: flag('0'),
  vcpus: number('0'),
  vmgenid: text('0'),
};

const STRUCTURED: Readonly<Record<string, PropertyFormat>> = {
  agent: properties('enabled', {
    absent: '0',
    defaults: AGENT_DEFAULTS,
    keeps: 'all',
    aliases: AGENT_ALIASES,
  }),
  'amd-sev': properties('type'),
  boot: properties('legacy'),
  cicustom: properties('user'),
  cpu: properties('cputype', { absent: 'kvm64', keeps: 'all' }),
  'intel-tdx': properties('type'),
  ivshmem: properties('size'),
  machine: properties('type', { absent: 'pc', keeps: 'all' }),
  memory: properties('current', { absent: '512', keeps: 'all' }),
  smbios1: properties('', { keeps: ['uuid'] }),
  spice_enhancements: properties('', { defaults: { videostreaming: 'off' } }),
  // Order 0 is the first place, and no order is the last.
  startup: properties('order', { defaults: { order: 'any', up: 'default', down: 'default' } }),
  vga: properties('type', { absent: 'std', keeps: 'all' }),
  watchdog: properties('model', { defaults: { model: 'i6300esb' } }),
};

const NUMBERED: Readonly<Record<string, PropertyFormat>> = {
  audio: properties('device', { defaults: { driver: 'spice' } }),
  hostpci: properties('host', { defaults: { rombar: '1', driver: 'vfio' } }),
  ipconfig: properties('ip'),
  net: properties('model', { keeps: ['macaddr'] }),
  numa: properties('', { defaults: { policy: 'preferred' } }),
  rng: properties('source', { defaults: { max_bytes: '1024', period: '1000' } }),
  usb: properties('host'),
  virtiofs: properties('dirid', { defaults: { cache: 'auto' } }),
};

/** What the options of a disk are when they are not mentioned; every one of them can be taken back by naming it. */
export const DRIVE: PropertyFormat = properties('file', {
  defaults: {
    aio: 'io_uring',
    backup: '1',
    cache: 'none',
    detect_zeroes: '1',
    discard: 'ignore',
    media: 'disk',
    replicate: '1',
    rerror: 'report',
    werror: 'enospc',
  },
  keeps: 'all',
});

/** The format of an option by its name in the configuration; drives are compared in drives.ts. */
export function settingFormat(key: string): SettingFormat {
  const kind = /^([a-z]+)\d+$/.exec(key)?.[1];
  return table(PLAIN, key) ?? table(STRUCTURED, key) ?? table(NUMBERED, kind) ?? { kind: 'text' };
}

const table = <T>(formats: Readonly<Record<string, T>>, key = ''): T | undefined =>
  Object.hasOwn(formats, key) ? formats[key] : undefined;
