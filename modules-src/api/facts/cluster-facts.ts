import type { Readings } from '../../sdk/cluster.ts';
import type { Resolver } from '../../sdk/readings.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { unlessForbidden } from '../client/failure.ts';
import { statesIn } from '../client/lost-node.ts';

export const listNodes =
  ({ client }: Api): Readings['listNodes'] =>
  async () => [...statesIn(await client.get('/nodes')).keys()];

export const listLostNodes =
  (api: Api): Readings['listLostNodes'] =>
  () =>
    lostNodes(api);

/** The list of guests tells of a node that went down a while ago only; this one at once. */
export const lostNodes = async ({ client }: Pick<Api, 'client'>): Promise<readonly string[]> =>
  [...statesIn(await client.get('/nodes'))].flatMap(([node, state]) => (state === 'offline' ? [node] : []));

/** A node without a cluster has one. */
export const readQuorum =
  ({ client }: Api): Readings['readQuorum'] =>
  async () => {
    const lines = listOf(await client.get('/cluster/status').catch(unlessForbidden)).map(fieldsOf);
    const cluster = lines.find(({ type }) => type === 'cluster');
    return cluster === undefined ? undefined : cluster['quorate'] === 1;
  };

/** Without SDN.Use or SDN.Audit on a bridge it is not listed. */
export const readBridges =
  ({ client, node }: Api): Readings['readBridges'] =>
  async () =>
    new Map(
      listOf(await client.get(`/nodes/${node}/network?type=any_bridge`)).map(line => {
        const { iface, mtu } = fieldsOf(line);
        return [String(iface), Number(mtu ?? 1500)] as const;
      }),
    );

/** What the node tells guests that have no DNS servers of their own; needs Sys.Audit on the node. */
export const readResolver =
  ({ client, node }: Api): Readings['readResolver'] =>
  async (): Promise<Resolver> => {
    const { search, ...dns } = fieldsOf(await client.get(`/nodes/${node}/dns`).catch(unlessForbidden));
    const servers = ['dns1', 'dns2', 'dns3'].flatMap(name => textIn(dns, name) ?? []);
    return { servers, domains: typeof search === 'string' ? search.split(/\s+/) : [] };
  };
