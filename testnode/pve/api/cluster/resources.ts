import type { Caller } from '../../access/caller.ts';
import { accessConfig } from '../../access/config.ts';
import type { Parameters } from '../../cli/command.ts';
import { clusterNodes } from '../../config/cluster.ts';
import type { VmConfig } from '../../config/sections.ts';
import { isOnline } from '../../config/members.ts';
import { configsOf } from '../../config/store.ts';
import { spaceOf } from '../../pvesm/show.ts';
import { isVersion9 } from '../../runtime/settings.ts';
import { contentOf, isDisabled, isOnNode, isShared, readStorages } from '../../storage/config.ts';
import { statusOf } from '../../vm/status.ts';
import { without } from '../without.ts';
import { machineFigures } from '../node/figures.ts';

const CGROUP_MODE = 2;

/** Everything there is in the cluster, as far as the caller may see it. */
export function listResources(parameters: Parameters, caller: Caller): readonly object[] {
  const type = parameters.get('type');
  const is = (wanted: string): boolean => type === undefined || type === wanted;
  return [
    ...(type === undefined ? pools(caller) : []),
    ...(is('vm') ? guests(caller) : []),
    ...(is('node') ? clusterNodes().map(node => nodeResource(node, caller)) : []),
    ...(is('storage') ? storages(caller) : []),
    ...(type === undefined || (type === 'sdn' && !isVersion9()) ? zones(caller) : []),
  ];
}

function pools(caller: Caller): readonly object[] {
  return [...accessConfig().pools.keys()]
    .filter(pool => caller.may(`/pool/${pool}`, 'Pool.Audit'))
    .map(pool => ({ id: `/pool/${pool}`, pool, type: 'pool' }));
}

function guests(caller: Caller): readonly object[] {
  return clusterNodes().flatMap(node =>
    configsOf(node)
      .filter(([vmid]) => caller.may(`/vms/${vmid}`, 'VM.Audit'))
      .map(([vmid, config]) => ({
        ...(isOnline(node) ? guestResource(vmid, node, config) : unknownGuest(vmid, node)),
        ...poolOf(vmid, caller),
      })),
  );
}

/** What is left of a VM whose node is down and has told nothing for a while. */
const unknownGuest = (vmid: number, node: string): object => ({
  id: `qemu/${vmid}`,
  type: 'qemu',
  vmid,
  node,
  status: 'unknown',
});

/** A VM as the lists of resources and of pools show it. */
export function guestResource(vmid: number, node: string, config: VmConfig): object {
  const { cpus, template = 0, ...status } = statusOf(vmid, config.current);
  return {
    id: `qemu/${vmid}`,
    type: 'qemu',
    node,
    ...without(status, 'pid', 'serial'),
    maxcpu: cpus,
    template,
    diskread: 0,
    diskwrite: 0,
  };
}

function poolOf(vmid: number, caller: Caller): object {
  const pool = [...accessConfig().pools].find(([, { vms }]) => vms.includes(vmid))?.[0];
  return pool !== undefined && caller.may(`/pool/${pool}`, 'Pool.Audit') ? { pool } : {};
}

/** The zone that every node's own bridges belong to. */
function zones(caller: Caller): readonly object[] {
  if (!caller.may('/sdn/zones/localnetwork', 'SDN.Audit')) return [];
  return clusterNodes().map(node =>
    isVersion9()
      ? {
          id: `network/${node}/zone/localnetwork`,
          type: 'network',
          network: 'localnetwork',
          'network-type': 'zone',
          node,
          status: 'ok',
        }
      : { id: `sdn/${node}/localnetwork`, type: 'sdn', sdn: 'localnetwork', node, status: 'ok' },
  );
}

function nodeResource(node: string, caller: Caller): object {
  const isVisible = caller.may(`/nodes/${node}`, 'Sys.Audit');
  return {
    id: `node/${node}`,
    type: 'node',
    node,
    status: isOnline(node) ? 'online' : 'offline',
    level: '',
    'cgroup-mode': CGROUP_MODE,
    ...(isVisible && isOnline(node) ? machineFigures() : {}),
  };
}

function storages(caller: Caller): readonly object[] {
  return clusterNodes().flatMap(node =>
    readStorages()
      .filter(storage => isOnNode(storage, node) && !isDisabled(storage))
      .filter(
        ({ id }) =>
          caller.may(`/storage/${id}`, 'Datastore.Audit') ||
          caller.may(`/storage/${id}`, 'Datastore.AllocateSpace'),
      )
      .map(storage => {
        const { total, used } = spaceOf(storage);
        return {
          id: `storage/${node}/${storage.id}`,
          type: 'storage',
          node,
          storage: storage.id,
          plugintype: storage.type,
          content: contentOf(storage).join(','),
          shared: isShared(storage) ? 1 : 0,
          status: 'available',
          disk: used,
          maxdisk: total,
        };
      }),
  );
}
