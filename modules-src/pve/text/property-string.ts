/**
 * PVE's property strings, such as `virtio=BC:24:11:00:00:01,bridge=vmbr0`: comma-separated `key=value` pairs, one of
 * which may stand without its key (the "default key" of the format).
 */
export type Properties = ReadonlyMap<string, string>;

/** Splits a property string; the value without a key is stored under `defaultKey`. */
export function parseProperties(text: string, defaultKey: string): Properties {
  const pairs = text
    .split(',')
    .filter(part => part !== '')
    .map((part): [string, string] => {
      const at = part.indexOf('=');
      return at < 0 ? [defaultKey, part] : [part.slice(0, at), part.slice(at + 1)];
    });
  return new Map(pairs);
}

/** Joins properties; the default key comes first and without its name. */
export function renderProperties(properties: Properties, defaultKey: string): string {
  const first = properties.get(defaultKey);
  const rest = [...properties].filter(([key]) => key !== defaultKey).map(([key, value]) => `${key}=${value}`);
  return [...(first === undefined ? [] : [first]), ...rest].join(',');
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['on', '1'],
  ['yes', '1'],
  ['true', '1'],
  ['off', '0'],
  ['no', '0'],
  ['false', '0'],
]);

/** A value as PVE stores it, as far as booleans go: `yes`, `on` and `true` are 1. Case counts elsewhere. */
export const canonicalWord = (value: string): string => WORDS.get(value.trim().toLowerCase()) ?? value.trim();

/** PVE takes several words for a boolean; two values are the same when they mean the same. */
export function sameValue(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalWord(a) === canonicalWord(b));
}

/** Whether two property strings mean the same: a property that is not mentioned is its default, or 0. */
export function sameProperties(
  a: Properties,
  b: Properties,
  defaults: Readonly<Record<string, string>>,
): boolean {
  const meaning = (properties: Properties, name: string): string =>
    canonicalProperty(name, properties.get(name) ?? defaults[name] ?? '0');
  return [...new Set([...a.keys(), ...b.keys()])].every(name => meaning(a, name) === meaning(b, name));
}

/** One spelling of a property's value: the case of addresses, the domain of a PCI device, the order of a list. */
function canonicalProperty(name: string, value: string): string {
  switch (name) {
    case 'macaddr':
      return value.toUpperCase();
    case 'uuid':
      return value.toLowerCase();
    case 'host':
      return value.toLowerCase().split(';').map(withPciDomain).join(';');
    case 'flags':
    case 'trunks':
      return value.split(';').sort().join(';');
    default:
      return canonicalWord(value);
  }
}

const withPciDomain = (address: string): string =>
  /^[0-9a-f]{2}:[0-9a-f]{2}(?:\.|$)/.test(address) ? `0000:${address}` : address;
