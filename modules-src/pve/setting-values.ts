import { parseProperties, renderProperties, sameValue, type Properties } from './property-string.ts';

/** Options that are property strings, with the property that may stand without its name (qemu-server 8.4 and 9.2). */
const DEFAULT_KEYS: readonly (readonly [RegExp, string])[] = [
  [/^agent$/, 'enabled'],
  [/^boot$/, 'legacy'],
  [/^cpu$/, 'cputype'],
  [/^hostpci\d+$/, 'host'],
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

const DRIVE = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/;
const NETWORK = /^net\d+$/;
const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** Whether the configuration already says what is wanted, however it is written. */
export function sameSetting(key: string, wanted: string, found: string | undefined): boolean {
  // A disk that is there may hold data: it is never replaced, whatever the text says.
  if (DRIVE.test(key)) return found !== undefined;
  if (found === undefined)
    return sameValue(wanted, DEFAULTS.get(key)) || sameProperties(key, wanted, DEFAULTS.get(key));
  if (key === 'tags' || key === 'hotplug') return sameSet(wanted, found);
  if (NETWORK.test(key)) return sameNetwork(parseNetwork(wanted), parseNetwork(found));
  return sameValue(wanted, found) || sameProperties(key, wanted, found);
}

/** The value to set, completed by what must stay: a MAC address that the user does not mention. */
export function renderSetting(key: string, wanted: string, found: string | undefined): string {
  if (!NETWORK.test(key) || found === undefined) return wanted;
  const [device, current] = [parseNetwork(wanted), parseNetwork(found)];
  const mac = device.get('macaddr') ?? current.get('macaddr');
  if (mac === undefined) return wanted;
  const rest = new Map([...device].filter(([name]) => name !== 'model' && name !== 'macaddr'));
  const model = device.get('model') ?? 'virtio';
  return renderProperties(new Map([['model', `${model}=${mac}`], ...rest]), 'model');
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
