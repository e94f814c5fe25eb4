import {
  includesProperties,
  parseProperties,
  renderProperties,
  sameValue,
  type Properties,
} from './property-string.ts';

/** Options that are property strings, with the property that may stand without its name (qemu-server 8.4 and 9.2). */
const DEFAULT_KEYS: readonly (readonly [RegExp, string])[] = [
  [/^agent$/, 'enabled'],
  [/^boot$/, 'legacy'],
  [/^cpu$/, 'cputype'],
  [/^hostpci\d+$/, 'host'],
  [/^cicustom$/, 'user'],
  [/^machine$/, 'type'],
  [/^ipconfig\d+$/, 'ip'],
  [/^startup$/, 'order'],
  [/^vga$/, 'type'],
  [/^memory$/, 'current'],
];

/** What an option is when the configuration does not mention it. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['agent', '0'],
  ['bios', 'seabios'],
  ['cores', '1'],
  ['hotplug', 'network,disk,usb'],
  ['memory', '512'],
  ['numa', '0'],
  ['onboot', '0'],
  ['ostype', 'other'],
  ['protection', '0'],
  ['scsihw', 'lsi'],
  ['sockets', '1'],
]);

/** Machine types without a version; PVE writes one behind them when it creates a Windows guest (qemu-server 9.2). */
const PINNED: ReadonlyMap<string, RegExp> = new Map([
  ['q35', /^pc-q35-/],
  ['pc', /^pc-i440fx-/],
]);

const DRIVE = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/;
const NETWORK = /^net\d+$/;
const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** Whether the configuration already says what is wanted, however it is written. */
export function sameSetting(key: string, wanted: string, found: string | undefined): boolean {
  // A disk that is there may hold data: it is never replaced, whatever the text says.
  if (DRIVE.test(key)) return found !== undefined;
  const current = found ?? DEFAULTS.get(key);
  if (current === undefined) return wanted === '';
  if (key === 'tags') return sameSet(wanted, current);
  if (key === 'hotplug') return sameSet(hotplugFeatures(wanted), hotplugFeatures(current));
  if (key === 'agent') return includesProperties(agentProperties(wanted), agentProperties(current));
  if (key === 'machine') return sameProperties(key, wanted, unpinned(wanted, current));
  if (NETWORK.test(key)) return sameNetwork(parseNetwork(wanted), parseNetwork(current));
  return sameValue(wanted, current) || sameProperties(key, wanted, current);
}

/** The value to set, completed by what must stay: the MAC address and the agent's settings that nobody mentions. */
export function renderSetting(key: string, wanted: string, found: string | undefined): string {
  if (found === undefined) return wanted;
  if (key === 'agent')
    return renderProperties(new Map([...agentProperties(found), ...agentProperties(wanted)]), 'enabled');
  if (!NETWORK.test(key)) return wanted;
  const [device, current] = [parseNetwork(wanted), parseNetwork(found)];
  const mac = device.get('macaddr') ?? current.get('macaddr');
  if (mac === undefined) return wanted;
  const rest = new Map([...device].filter(([name]) => name !== 'model' && name !== 'macaddr'));
  const model = device.get('model') ?? 'virtio';
  return renderProperties(new Map([['model', `${model}=${mac}`], ...rest]), 'model');
}

const agentProperties = (text: string): Properties => parseProperties(text, 'enabled');

/** `1` stands for the default. */
const hotplugFeatures = (text: string): string => (text === '1' ? (DEFAULTS.get('hotplug') ?? text) : text);

/** The machine that was found, without the version that PVE gave it where none is wanted. */
function unpinned(wanted: string, found: string): string {
  const type = parseProperties(wanted, 'type').get('type') ?? '';
  const properties = parseProperties(found, 'type');
  if (PINNED.get(type)?.test(properties.get('type') ?? '') !== true) return found;
  return renderProperties(new Map([...properties, ['type', type]]), 'type');
}

function sameProperties(key: string, wanted: string, found: string | undefined): boolean {
  const defaultKey = DEFAULT_KEYS.find(([pattern]) => pattern.test(key))?.[1];
  if (defaultKey === undefined || found === undefined) return false;
  return equalProperties(parseProperties(wanted, defaultKey), parseProperties(found, defaultKey));
}

/** Properties that are 0 are the same as none: a flag that is off. */
function equalProperties(a: Properties, b: Properties): boolean {
  return [...new Set([...a.keys(), ...b.keys()])].every(name =>
    sameValue(a.get(name) ?? '0', b.get(name) ?? '0'),
  );
}

function sameSet(a: string, b: string): boolean {
  const members = (text: string): string =>
    [...new Set(text.toLowerCase().split(/[,;\s]+/))].sort().join(';');
  return members(a) === members(b);
}

/** A network device with its model and MAC address as properties of their own: `virtio=MAC,bridge=vmbr0`. */
function parseNetwork(text: string): Properties {
  const properties = [...parseProperties(text, 'model')].flatMap(([name, value]): [string, string][] => {
    if (!MAC.test(value) || name === 'macaddr') return [[name, value]];
    return [
      ['model', name],
      ['macaddr', value.toUpperCase()],
    ];
  });
  return new Map(properties);
}

function sameNetwork(wanted: Properties, found: Properties): boolean {
  const kept = wanted.has('macaddr') ? found : new Map([...found].filter(([name]) => name !== 'macaddr'));
  const upper = new Map(
    [...wanted].map(([name, value]) => [name, name === 'macaddr' ? value.toUpperCase() : value]),
  );
  return equalProperties(upper, kept);
}
