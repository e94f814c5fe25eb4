import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { clusterNodes } from '../../config/cluster.ts';
import { readDatacenter, splitProperties, writeDatacenter } from '../../config/datacenter.ts';
import { configsOf } from '../../config/store.ts';
import { formatted, integer, listOf, TEXT } from '../../schema/kinds.ts';
import type { ParameterSchemas } from '../../schema/kinds.ts';

/** Options whose lists the API takes apart. The rest it shows as they stand in the file. */
const TAKEN_APART = [
  'tag-style',
  'next-id',
  'ha',
  'migration',
  'crs',
  'notify',
  'u2f',
  'webauthn',
  'user-tag-access',
];
const WITHOUT_AUDIT = ['tag-style', 'allowed-tags'];
const DEFAULT_PREFIX = 'BC:24:11';

export const OPTION_SCHEMAS: ParameterSchemas = {
  bwlimit: TEXT,
  console: TEXT,
  crs: TEXT,
  delete: listOf('config-id'),
  description: TEXT,
  email_from: TEXT,
  fencing: TEXT,
  ha: TEXT,
  http_proxy: { type: 'string', pattern: /^http:\/\/.*$/ },
  keyboard: TEXT,
  language: TEXT,
  mac_prefix: TEXT,
  max_workers: integer(1),
  migration: TEXT,
  migration_unsecure: { type: 'boolean' },
  'next-id': TEXT,
  notify: TEXT,
  'registered-tags': TEXT,
  'tag-style': TEXT,
  'user-tag-access': TEXT,
  'consent-text': formatted('url-encoded'),
};

/** Options of the datacenter; without Sys.Audit only what concerns tags. */
export function showOptions(_parameters: Parameters, caller: Caller): object {
  const options = new Map<string, unknown>([
    ['description', ''],
    ['mac_prefix', DEFAULT_PREFIX],
    ...[...readDatacenter()].map(([key, value]) => [key, shown(key, value)] as const),
    ['allowed-tags', visibleTags(caller)],
  ]);
  const all = [...options];
  return Object.fromEntries(
    caller.may('/', 'Sys.Audit') ? all : all.filter(([key]) => WITHOUT_AUDIT.includes(key)),
  );
}

function shown(key: string, value: string): unknown {
  if (!TAKEN_APART.includes(key)) return value;
  const properties = [...splitProperties(value)];
  return Object.fromEntries(
    properties.map(([name, text]) => [
      name,
      key === 'tag-style' && /^[01]$/.test(text) ? Number(text) : text,
    ]),
  );
}

/** Tags of the VMs that the caller sees. */
function visibleTags(caller: Caller): readonly string[] {
  const tags = clusterNodes().flatMap(node =>
    configsOf(node)
      .filter(([vmid]) => caller.may(`/vms/${vmid}`, 'VM.Audit'))
      .flatMap(([, { current }]) => (current.get('tags') ?? '').split(/[,; ]+/)),
  );
  return [...new Set(tags.filter(tag => tag !== ''))].sort();
}

export function setOptions(parameters: Parameters): void {
  const options = new Map(readDatacenter());
  for (const name of (parameters.get('delete') ?? '').split(/[,; ]+/)) options.delete(name);
  for (const [name, value] of parameters) if (name !== 'delete') options.set(name, value);
  writeDatacenter(options);
}
