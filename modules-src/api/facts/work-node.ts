import { UserError } from '../../sdk/error.ts';
import { optionName, wayOut } from '../../sdk/option-name.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf } from '../api.ts';
import type { Client } from '../client/client.ts';
import { statesIn } from '../client/lost-node.ts';

type Values = Readonly<Record<string, unknown>>;

/** The node that is worked on: the one that is named, else the VM's, else the only one. */
export async function workNode(client: Client, values: Values): Promise<string> {
  const { api_node: named, vmid, name } = values;
  if (typeof named === 'string') return named;
  const resources = listOf(await client.get('/cluster/resources?type=vm')).map(fieldsOf);
  const own = resources.filter(guest =>
    vmid === undefined ? guest['name'] === name : guest['vmid'] === vmid,
  );
  const [node, ...others] = new Set(own.map(guest => String(guest['node'])));
  if (node !== undefined && others.length === 0) return node;
  return onlyNode([...statesIn(await client.get('/nodes')).keys()]);
}

function onlyNode(nodes: readonly string[]): string {
  const [node, ...others] = nodes;
  if (node !== undefined && others.length === 0) return node;
  throw new UserError(
    `cannot tell on which node to work: the cluster has ${[...nodes].sort().join(', ')}; ` +
      wayOut({ inRole: `set ${optionName('node')}`, alone: 'set api_node' }),
  );
}
