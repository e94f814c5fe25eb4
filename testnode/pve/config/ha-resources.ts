import { readClusterFile, writeClusterFile } from './cluster.ts';

const FILE = 'ha/resources.cfg';

/** A guest that the cluster's HA manager looks after, `vm:100`, with its options. */
export interface HaResource {
  readonly sid: string;
  readonly options: ReadonlyMap<string, string>;
}

/** What stands in the file; the manager itself is no part of a test node. */
export function haResources(): readonly HaResource[] {
  const resources: { sid: string; options: Map<string, string> }[] = [];
  for (const line of (readClusterFile(FILE) ?? '').split('\n')) {
    const [, type, id] = /^(vm|ct):\s*(\d+)\s*$/.exec(line) ?? [];
    if (type !== undefined && id !== undefined) resources.push({ sid: `${type}:${id}`, options: new Map() });
    const [, name, value] = /^\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) resources.at(-1)?.options.set(name, value.trimEnd());
  }
  return resources;
}

/** Adds a resource, or gives one that is there other options. */
export function setHaResource(resource: HaResource): void {
  write([...haResources().filter(({ sid }) => sid !== resource.sid), resource]);
}

export function removeHaResource(sid: string): void {
  write(haResources().filter(resource => resource.sid !== sid));
}

/** True for a VM that the cluster's HA manager looks after. */
export function isHaManaged(vmid: number): boolean {
  return haResources().some(({ sid }) => sid === `vm:${vmid}`);
}

function write(resources: readonly HaResource[]): void {
  const sections = resources.map(({ sid, options }) => {
    const lines = [...options].map(([name, value]) => `\t${name} ${value}\n`);
    return `${sid.replace(':', ': ')}\n${lines.join('')}\n`;
  });
  writeClusterFile(FILE, sections.join(''));
}
