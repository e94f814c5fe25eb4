import { readClusterFile, writeClusterFile } from './cluster.ts';

const FILE = 'datacenter.cfg';

/** Options of the whole cluster, in the order of the file; the description is its comment. */
export function readDatacenter(): ReadonlyMap<string, string> {
  const text = readClusterFile(FILE) ?? '';
  const comment = [...text.matchAll(/^#(.*)$/gm)].map(([, line = '']) => decode(line));
  const options = [...text.matchAll(/^([a-z][\w-]*):\s*(.*\S)?\s*$/gm)].map(
    ([, key = '', value = '']) => [key, value] as const,
  );
  return new Map([
    ...(comment.length === 0 ? [] : [['description', comment.join('\n')] as const]),
    ...options,
  ]);
}

export function writeDatacenter(options: ReadonlyMap<string, string>): void {
  const description = options.get('description') ?? '';
  const comment = description === '' ? [] : description.split('\n').map(line => `#${encode(line)}\n`);
  const lines = [...options]
    .filter(([key]) => key !== 'description')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}: ${value}\n`);
  writeClusterFile(FILE, [...comment, ...lines].join(''));
}

/** An option that is a list `key=value,…`; empty when it is not set. */
export function datacenterOption(name: string): ReadonlyMap<string, string> {
  return splitProperties(readDatacenter().get(name) ?? '');
}

/** The proxy that the node's downloads go through, if there is one. */
export function datacenterProxy(): string | undefined {
  return readDatacenter().get('http_proxy');
}

/** Takes a list `key=value,…` apart. */
export function splitProperties(value: string): ReadonlyMap<string, string> {
  const pairs = value.split(',').filter(part => part.includes('='));
  return new Map(pairs.map(part => [part.replace(/=.*$/, '').trim(), part.replace(/^[^=]*=/, '').trim()]));
}

function encode(line: string): string {
  return line.replace(
    /[%:\n]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function decode(line: string): string {
  return line.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
