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

/** PVE takes several words for a boolean; two values are the same when they mean the same. Case counts elsewhere. */
export function sameValue(a: string | undefined, b: string | undefined): boolean {
  const plain = (value: string): string => WORDS.get(value.trim().toLowerCase()) ?? value.trim();
  return a === b || (a !== undefined && b !== undefined && plain(a) === plain(b));
}

/** Whether every property that is wanted is there with that value; the order does not matter, nor do others. */
export function includesProperties(wanted: Properties, found: Properties): boolean {
  return [...wanted].every(([key, value]) => sameValue(value, found.get(key)));
}
