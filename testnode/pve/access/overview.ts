import type { AccessConfig } from './kinds.ts';
import { privilegesOn } from './privileges.ts';

const PATHS = ['/', '/access', '/access/groups', '/mapping', '/nodes', '/pool', '/sdn', '/storage', '/vms'];

/** What the web interface shows by what a user may anywhere: by the first part of the path, which privileges count. */
const CAPABILITIES: Readonly<Record<string, RegExp>> = {
  access: /^(User\.|Group\.|Permissions\.Modify)/,
  dc: /^(Sys\.Audit|Sys\.Modify|SDN\.)/,
  mapping: /^(Mapping\.|Permissions\.Modify)/,
  nodes: /^(Sys\.|Permissions\.Modify)/,
  sdn: /^(SDN\.|Permissions\.Modify)/,
  storage: /^(Datastore\.|Permissions\.Modify)/,
  vms: /^(VM\.|Permissions\.Modify)/,
};

type Marks = Readonly<Record<string, number>>;

/** Privileges by path, 1 for those that hold below too: of the paths that matter, or of one. */
export function permissionTree(
  config: AccessConfig,
  id: string,
  path?: string,
): Readonly<Record<string, Marks>> {
  if (path !== undefined) return { [path]: marksOn(config, id, path) };
  const all = pathsOf(config, [...PATHS.filter(known => known !== '/mapping'), ...membersOf(config)]);
  return Object.fromEntries(
    all
      .map(known => [known, marksOn(config, id, known)] as const)
      .filter(([, marks]) => Object.keys(marks).length > 0),
  );
}

/** The `cap` of a ticket. */
export function capabilitiesOf(config: AccessConfig, id: string): Readonly<Record<string, Marks>> {
  const found = new Map(Object.keys(CAPABILITIES).map(name => [name, new Set<string>()]));
  for (const path of pathsOf(config, PATHS)) {
    const top = /^\/(\w+)/.exec(path)?.[1] ?? 'dc';
    for (const area of top === 'pool' ? ['vms', 'storage'] : [top]) {
      for (const name of Object.keys(marksOn(config, id, path)))
        if (CAPABILITIES[area]?.test(name)) found.get(area)?.add(name);
    }
  }
  return Object.fromEntries(
    [...found].map(([area, names]) => [area, Object.fromEntries([...names].map(name => [name, 1]))]),
  );
}

function marksOn(config: AccessConfig, id: string, path: string): Marks {
  return Object.fromEntries(
    [...privilegesOn(config, id, path)].map(([name, propagate]) => [name, propagate ? 1 : 0]),
  );
}

const membersOf = ({ pools }: AccessConfig): readonly string[] =>
  [...pools.values()].flatMap(({ vms, storages }) => [
    ...vms.map(vmid => `/vms/${vmid}`),
    ...storages.map(storage => `/storage/${storage}`),
  ]);

// Those that something is granted on, and all above them.
function pathsOf({ grants }: AccessConfig, known: readonly string[]): readonly string[] {
  const granted = grants.flatMap(({ path }) => {
    const parts = path.split('/').filter(part => part !== '');
    return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  });
  return [...new Set([...known, ...granted])];
}
