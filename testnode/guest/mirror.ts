import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE_LISTS = '/etc/apt';
const DEFAULT_MIRROR = 'http://deb.debian.org/debian';
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy'];

/** The Debian mirror that this machine is set up with. */
export function configuredMirror(): string {
  const lists = readdirSync(SOURCE_LISTS, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(list|sources)$/.test(name))
    .map(name => readFileSync(join(SOURCE_LISTS, name), 'utf8').replace(/^\s*#.*$/gm, ''));
  return /https?:\/\/\S+\/debian(?=[/\s])/.exec(lists.join('\n'))?.[0] ?? DEFAULT_MIRROR;
}

/** The proxies of this process, for programs that fetch from the mirror. */
export function proxyEnvironment(): Readonly<Record<string, string>> {
  const entries = PROXY_VARIABLES.flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
