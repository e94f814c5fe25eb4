import {
  canonicalWord,
  parseProperties,
  renderProperties,
  sameProperties,
  type Properties,
} from '../text/property-string.ts';
import { settingFormat, type PropertyFormat, type SettingFormat } from './formats.ts';

/** Machine types without a version; PVE writes one behind them when it creates a Windows guest (qemu-server 9.2). */
const PINNED: ReadonlyMap<string, RegExp> = new Map([
  ['q35', /^pc-q35-/],
  ['pc', /^pc-i440fx-/],
  ['virt', /^virt-/],
]);

const NETWORK = /^net\d+$/;
const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/**
 * Whether the configuration already says what is wanted, however it is written. An empty text wants the option not to be
 * there.
 */
export function sameSetting(key: string, wanted: string, found: string | undefined): boolean {
  const format = settingFormat(key);
  if (wanted === '') return (found ?? '').trim() === '';
  const current = found ?? format.absent;
  if (current === undefined) return false;
  // 1 asks PVE to make one up, which it did.
  if (key === 'vmgenid' && wanted === '1') return current !== '0';
  if (format.kind !== 'properties') return meaning(format, wanted) === meaning(format, current);
  return sameProperties(
    effective(key, format, wanted, current),
    parse(key, format, current),
    format.defaults,
  );
}

/** Of a boolean option `qm` takes several words, and the API 1 and 0 alone. */
export const flagText = (key: string, text: string): string =>
  settingFormat(key).kind === 'flag' ? canonicalWord(text) : text;

/** The value to set, completed by what must stay, such as a MAC address and the memory of the display. */
export function renderSetting(key: string, wanted: string, found: string | undefined): string {
  const format = settingFormat(key);
  if (found === undefined || format.kind !== 'properties') return wanted;
  const properties = effective(key, format, wanted, found);
  return isSame(properties, parse(key, format, wanted)) ? wanted : render(key, format, properties);
}

const isSame = (a: Properties, b: Properties): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);

/** What the option will be: the properties that are wanted, over those that stay. */
function effective(key: string, format: PropertyFormat, wanted: string, found: string): Properties {
  const { keeps } = format;
  const [now, next] = [parse(key, format, found), parse(key, format, wanted)];
  if (key === 'machine' && next.has('type')) return machine(now, next);
  const kept = [...now].filter(([name]) => keeps === 'all' || keeps.includes(name));
  return new Map([...kept, ...next]);
}

/**
 * A machine of the same kind keeps the version that PVE gave it and its other properties; another kind has none of them
 * (qemu-server 9.2 refuses Intel's IOMMU on anything but q35).
 */
function machine(now: Properties, next: Properties): Properties {
  const [type, found] = [next.get('type') ?? '', now.get('type') ?? 'pc'];
  const kind = (text: string): string => [...PINNED].find(([, pinned]) => pinned.test(text))?.[0] ?? text;
  if (kind(type) !== kind(found)) return next;
  return new Map([...now, ...next, ['type', PINNED.has(type) && now.has('type') ? found : type]]);
}

function parse(key: string, format: PropertyFormat, value: string): Properties {
  const { aliases = {} } = format;
  const written = parseProperties(value, format.defaultKey);
  const properties = new Map([...written].map(([name, text]) => [aliases[name] ?? name, text]));
  return NETWORK.test(key) ? withMacProperty(properties) : properties;
}

/** A network device with its model and MAC address as properties of their own: `virtio=MAC,bridge=vmbr0`. */
function withMacProperty(properties: Properties): Properties {
  return new Map(
    [...properties].flatMap(([name, value]): [string, string][] =>
      MAC.test(value) && name !== 'macaddr'
        ? [
            ['model', name],
            ['macaddr', value],
          ]
        : [[name, value]],
    ),
  );
}

function render(key: string, format: PropertyFormat, properties: Properties): string {
  if (!NETWORK.test(key)) return renderProperties(properties, format.defaultKey);
  const mac = properties.get('macaddr');
  const rest = [...properties].filter(([name]) => name !== 'model' && name !== 'macaddr');
  const model = `${properties.get('model') ?? 'virtio'}${mac === undefined ? '' : `=${mac}`}`;
  return renderProperties(new Map([['model', model], ...rest]), 'model');
}

/** One spelling for all texts that mean the same. */
function meaning({ kind, absent }: SettingFormat, value: string): string {
  switch (kind) {
    case 'number':
      return String(Number(value));
    case 'words':
      // `1` stands for the default of `hotplug`.
      return wordSet(value === '1' && absent !== undefined && absent !== '' ? absent : value);
    case 'cpus':
      return cpuRanges(value);
    case 'verbatim':
      return withoutBlankEnds(value);
    default:
      return canonicalWord(value);
  }
}

const wordSet = (value: string): string =>
  [...new Set(value.toLowerCase().split(/[,;\s]+/))]
    .filter(word => word !== '')
    .sort()
    .join(';');

/** Ranges in their order, none of which touches another. */
function cpuRanges(value: string): string {
  const ranges = value
    .split(',')
    .map(part => part.split('-').map(Number))
    .map(([first = NaN, last = first]) => ({ first, last }))
    .sort((a, b) => a.first - b.first);
  const merged: { first: number; last: number }[] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last + 1) merged.push(range);
    else before.last = Math.max(before.last, range.last);
  }
  return merged.map(({ first, last }) => `${first}-${last}`).join(',');
}

/** PVE drops blanks at the end of lines whenever it writes a configuration anew. */
const withoutBlankEnds = (text: string): string =>
  text
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .trim();
