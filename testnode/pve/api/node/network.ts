import { existsSync, readFileSync } from 'node:fs';
import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { ParameterFailure } from '../../runtime/failure.ts';
import { isVersion9 } from '../../runtime/settings.ts';
import { nodeOf } from '../local-node.ts';
import { without } from '../without.ts';

const FILE = '/etc/network/interfaces';
/** Bridges that are no part of an SDN zone of their own belong to this one. */
const ZONE = '/sdn/zones/localnetwork';
/** `lo` is the first interface of the file, and has this priority. */
const FIRST_PRIORITY = 2;
const IFF_UP = 1;

export const NETWORK_TYPES = [
  ...['bridge', 'bond', 'eth', 'alias', 'vlan'],
  ...(isVersion9() ? ['fabric'] : []),
  ...[
    'OVSBridge',
    'OVSBond',
    'OVSPort',
    'OVSIntPort',
    'vnet',
    'any_bridge',
    'any_local_bridge',
    'include_sdn',
  ],
];
const BRIDGES = ['bridge', 'OVSBridge'];

type Interface = Readonly<Record<string, string | number | readonly string[]>> & {
  readonly iface: string;
  readonly type: string;
};

/** Interfaces of the node; bridges only for who may use or see the local network. */
export function listInterfaces(parameters: Parameters, caller: Caller): readonly object[] {
  nodeOf(parameters);
  const type = parameters.get('type');
  const seesBridges = ['SDN.Audit', 'SDN.Use'].some(privilege => caller.may(ZONE, privilege));
  return readInterfaces()
    .filter(found => seesBridges || !BRIDGES.includes(found.type))
    .filter(found => isWanted(type, found.type));
}

export function showInterface(parameters: Parameters): object {
  nodeOf(parameters);
  const wanted = given(parameters, 'iface');
  const found = readInterfaces().find(({ iface }) => iface === wanted);
  if (!found) throw new ParameterFailure([{ parameter: 'iface', problem: 'interface does not exist' }]);
  return without(found, 'iface');
}

function isWanted(wanted: string | undefined, type: string): boolean {
  if (wanted === undefined || wanted === 'include_sdn') return true;
  if (wanted === 'any_bridge' || wanted === 'any_local_bridge') return BRIDGES.includes(type);
  return type === wanted;
}

function readInterfaces(): readonly Interface[] {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  const automatic = new Set(
    [...text.matchAll(/^auto (.+)$/gm)].flatMap(([, names = '']) => names.split(/\s+/)),
  );
  return stanzasOf(text)
    .map((stanza, index) => describe(stanza, FIRST_PRIORITY + index, automatic.has(stanza.name)))
    .filter(({ iface }) => iface !== 'lo');
}

interface Stanza {
  readonly name: string;
  readonly method: string;
  readonly options: Map<string, string>;
}

function stanzasOf(text: string): readonly Stanza[] {
  const stanzas: Stanza[] = [];
  for (const line of text.split('\n')) {
    const [, name, method] = /^iface (\S+) inet (\S+)/.exec(line) ?? [];
    const [, key, value] = /^\s+(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && method !== undefined) stanzas.push({ name, method, options: new Map() });
    else if (key !== undefined) stanzas.at(-1)?.options.set(key.replaceAll('-', '_'), value ?? '');
  }
  return stanzas;
}

function describe({ name, method, options }: Stanza, priority: number, isAutomatic: boolean): Interface {
  return {
    iface: name,
    type: options.has('bridge_ports') ? 'bridge' : typeByName(name),
    method,
    method6: 'manual',
    families: ['inet'],
    priority,
    ...(isUp(name) ? { active: 1 } : {}),
    ...(isAutomatic ? { autostart: 1 } : {}),
    ...addressOf(options.get('address')),
    ...Object.fromEntries([...options].filter(([key]) => key !== 'address').map(withoutNone)),
  };
}

function withoutNone([key, value]: readonly [string, string]): readonly [string, string] {
  return [key, key === 'bridge_ports' && value === 'none' ? '' : value];
}

function addressOf(cidr: string | undefined): Readonly<Record<string, string>> {
  if (cidr === undefined) return {};
  const [address = '', netmask = '32'] = cidr.split('/');
  return { cidr: `${address}/${netmask}`, address, netmask };
}

function typeByName(name: string): string {
  if (/^bond\d+$/.test(name)) return 'bond';
  if (/^\S+:\d+$/.test(name)) return 'alias';
  return /^\S+\.\d+$|^vlan\d+$/.test(name) ? 'vlan' : 'eth';
}

function isUp(name: string): boolean {
  const flags = `/sys/class/net/${name}/flags`;
  return existsSync(flags) && (Number(readFileSync(flags, 'utf8').trim()) & IFF_UP) !== 0;
}
