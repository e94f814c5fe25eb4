import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Caller } from '../../access/caller.ts';
import { given } from '../../cli/command.ts';
import type { Parameters } from '../../cli/command.ts';
import { readClusterFile } from '../../config/cluster.ts';
import { PveFailure } from '../../runtime/failure.ts';
import type { Route } from '../route.ts';

type Kind = 'pci' | 'usb' | 'dir';
const READERS = ['Mapping.Use', 'Mapping.Modify', 'Mapping.Audit'];

interface Mapping {
  readonly id: string;
  readonly options: Readonly<Record<string, string>>;
  /** One text for each device, `node=…,path=…,id=…`. */
  readonly map: readonly string[];
}

/** Mappings that the caller may see; with `check-node` what is wrong with those of that node. */
export function listMappings(kind: Kind): Route['answer'] {
  return (parameters: Parameters, caller: Caller) => {
    const node = parameters.get('check-node');
    return readMappings(kind)
      .filter(({ id }) => READERS.some(privilege => caller.may(`/mapping/${kind}/${id}`, privilege)))
      .map(({ id, options, map }) => ({
        id,
        ...options,
        type: kind,
        map,
        ...(node === undefined ? {} : { checks: checksOf(kind, map, node) }),
      }));
  };
}

export function showMapping(kind: Kind): Route['answer'] {
  return parameters => {
    const id = given(parameters, 'id');
    const mapping = readMappings(kind).find(candidate => candidate.id === id);
    if (!mapping) throw new PveFailure(`mapping '${id}' not found`);
    const digest = createHash('sha1').update(textOf(kind)).digest('hex');
    return { ...mapping.options, type: kind, map: mapping.map, digest };
  };
}

function checksOf(kind: Kind, map: readonly string[], node: string): readonly object[] {
  const own = map.filter(entry => entry.split(',').includes(`node=${node}`));
  if (own.length === 0) return [{ severity: 'warning', message: `No mapping for node ${node}.` }];
  if (kind !== 'pci') return [];
  return own.flatMap(entry => {
    const path = /(?:^|,)path=([^,;]+)/.exec(entry)?.[1] ?? '';
    if (existsSync(`/sys/bus/pci/devices/${path}`)) return [];
    return [
      {
        severity: 'error',
        message: `Configuration for ${path} not correct ('Invalid mapping'): pci device '${path}' not found`,
      },
    ];
  });
}

function readMappings(kind: Kind): readonly Mapping[] {
  const sections = textOf(kind)
    .split(/^(?=\S)/m)
    .filter(section => section.trim() !== '');
  return sections.map(section => {
    const [id = '', ...lines] = section.split('\n').map(line => line.trim());
    const entries = lines
      .filter(line => line !== '')
      .map(line => [line.replace(/\s.*$/, ''), line.replace(/^\S+\s*/, '')] as const);
    return {
      id: id.replace(/^.*:\s*/, ''),
      options: Object.fromEntries(entries.filter(([key]) => key !== 'map')),
      map: entries.filter(([key]) => key === 'map').map(([, value]) => value),
    };
  });
}

function textOf(kind: Kind): string {
  return readClusterFile(`mapping/${kind}.cfg`) ?? '';
}
