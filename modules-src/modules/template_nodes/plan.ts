import { isShared, isUsable, type Storage } from '../../pve/text/storage-config.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';
import { ALL, type Wanted } from './params.ts';
import { usedStorages } from './storages.ts';

export interface Observed {
  /** Node that the template is on first: that of the run. */
  readonly home: string;
  readonly nodes: readonly string[];
  /** Those that are down. */
  readonly lost: readonly string[];
  readonly storages: readonly Storage[];
}

/** What a node has of the template. */
interface Place {
  readonly node: string;
  /** `replica`: one of its own; `shared`: that of the home node, whose disks it sees; `down`: it cannot be told now. */
  readonly state: 'replica' | 'shared' | 'down';
}

/** Where the template is to be: a replica on each node that does not see the disks of another one. */
export function placesOf(wanted: Wanted, observed: Observed): readonly Place[] {
  const { home, lost, storages } = observed;
  const nodes = namedNodes(wanted, observed);
  const used = usedStorages(wanted).flatMap(id => storages.find(storage => storage.id === id) ?? []);
  const isOnShared = used.length > 0 && used.every(isShared);
  const stateOf = (node: string): Place['state'] => {
    if (lost.includes(node)) return 'down';
    return isOnShared && node !== home ? 'shared' : 'replica';
  };
  const places = nodes.map(node => ({ node, state: stateOf(node) }));
  for (const { node } of places.filter(({ state }) => state !== 'down')) requireStorages(node, used);
  return places;
}

function namedNodes({ template_nodes: named }: Wanted, { home, nodes, lost }: Observed): readonly string[] {
  const wanted = [...new Set(named.includes(ALL) ? nodes : named)];
  const strange = wanted.filter(node => !nodes.includes(node));
  if (strange.length > 0)
    throw new UserError(
      `cannot make the template on ${strange.join(' and ')}: the cluster has no such node; ` +
        `take some of ${nodes.join(', ')} for ${optionName('template_nodes')}`,
    );
  if (!wanted.includes(home))
    throw new UserError(
      `cannot make the template on ${wanted.join(' and ')}: the run begins on ${home}, which is none of them; ` +
        `add it to ${optionName('template_nodes')}, or set ${optionName('node')} to one of them`,
    );
  const up = wanted.filter(node => !lost.includes(node));
  if (lost.includes(home))
    throw new UserError(
      `cannot make the template on ${wanted.join(' and ')}: the run begins and ends on ${home}, which is down; start it` +
        (up.length === 0 ? '' : `, or set ${optionName('node')} to one that is up: ${up.join(', ')}`),
    );
  return wanted;
}

function requireStorages(node: string, used: readonly Storage[]): void {
  const missing = used.filter(storage => !isUsable(storage, node)).map(({ id }) => id);
  if (missing.length > 0)
    throw new UserError(
      `cannot make the template on ${node}: it does not have the storage ${missing.join(' and ')}; ` +
        `name the nodes that do in ${optionName('template_nodes')}, or choose a storage that all have`,
    );
}
