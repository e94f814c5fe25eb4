import type { Caller } from '../access/caller.ts';
import { accessConfig, saveAccess } from '../access/config.ts';
import type { Pool } from '../access/kinds.ts';
import { ANY_USER, needs } from '../access/permission.ts';
import type { Parameters } from '../cli/command.ts';
import { given, isSet } from '../cli/command.ts';
import { clusterNodes } from '../config/cluster.ts';
import { configsOf } from '../config/store.ts';
import { PveFailure } from '../runtime/failure.ts';
import { BOOLEAN, formatted, listOf, oneOf, TEXT } from '../schema/kinds.ts';
import { splitList } from '../schema/split-list.ts';
import { guestResource } from './cluster/resources.ts';
import type { Route } from './route.ts';
import { without } from './without.ts';

const POOL_ID = { ...formatted('pool-id'), required: true };
const ALLOCATE = needs('/pool/{poolid}', 'Pool.Allocate');
const MEMBERS = {
  vms: listOf('vm-id'),
  storage: listOf('storage-id'),
  delete: BOOLEAN,
  'allow-move': BOOLEAN,
};

export const POOL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/pools',
    permission: ANY_USER,
    parameters: { poolid: formatted('pool-id'), type: oneOf('qemu', 'lxc', 'storage') },
    answer: listPools,
  },
  {
    method: 'POST',
    path: '/pools',
    permission: ALLOCATE,
    isProtected: true,
    parameters: { poolid: POOL_ID, comment: TEXT },
    answer: createPool,
  },
  {
    method: 'PUT',
    path: '/pools',
    permission: ALLOCATE,
    isProtected: true,
    parameters: { poolid: POOL_ID, comment: TEXT, ...MEMBERS },
    answer: changePool,
  },
  {
    method: 'DELETE',
    path: '/pools',
    permission: ALLOCATE,
    isProtected: true,
    parameters: { poolid: POOL_ID },
    answer: removePool,
  },
  {
    method: 'GET',
    path: '/pools/{poolid}',
    permission: needs('/pool/{poolid}', 'Pool.Audit'),
    parameters: { type: oneOf('qemu', 'lxc', 'storage') },
    answer: parameters => describe(given(parameters, 'poolid')),
  },
  {
    method: 'PUT',
    path: '/pools/{poolid}',
    permission: ALLOCATE,
    isProtected: true,
    parameters: { comment: TEXT, ...MEMBERS },
    answer: changePool,
  },
  { method: 'DELETE', path: '/pools/{poolid}', permission: ALLOCATE, isProtected: true, answer: removePool },
];

function listPools(parameters: Parameters, caller: Caller): readonly object[] {
  const wanted = parameters.get('poolid');
  if (wanted !== undefined) {
    caller.assertAll(`/pool/${wanted}`, 'Pool.Audit');
    return [describe(wanted)];
  }
  return [...accessConfig().pools]
    .filter(([id]) => caller.may(`/pool/${id}`, 'Pool.Audit'))
    .map(([poolid, { comment }]) => ({ poolid, ...(comment === '' ? {} : { comment }) }));
}

function describe(poolid: string): object {
  const { comment, vms, storages } = poolOf(poolid);
  const members = clusterNodes().flatMap(node =>
    configsOf(node)
      .filter(([vmid]) => vms.includes(vmid))
      .map(([vmid, config]) => without(guestResource(vmid, node, config), 'tags')),
  );
  const stores = storages.map(storage => ({ id: `storage/${storage}`, storage, type: 'storage' }));
  return { poolid, ...(comment === '' ? {} : { comment }), members: [...members, ...stores] };
}

function poolOf(id: string): Pool {
  const pool = accessConfig().pools.get(id);
  if (!pool) throw new PveFailure(`pool '${id}' does not exist`);
  return pool;
}

function createPool(parameters: Parameters): void {
  const id = given(parameters, 'poolid');
  if (accessConfig().pools.has(id)) throw new PveFailure(`pool '${id}' already exists`);
  save(id, { comment: parameters.get('comment') ?? '', vms: [], storages: [] });
}

function changePool(parameters: Parameters): void {
  const id = given(parameters, 'poolid');
  const pool = poolOf(id);
  const removes = isSet(parameters, 'delete');
  const vms = splitList(parameters.get('vms') ?? '').map(Number);
  const storages = splitList(parameters.get('storage') ?? '');
  for (const vmid of vms) assertMovable(id, vmid, removes, isSet(parameters, 'allow-move'));
  if (!removes) for (const vmid of vms) leaveOthers(id, vmid);
  save(id, {
    comment: parameters.get('comment') ?? pool.comment,
    vms: changed(pool.vms, vms, removes),
    storages: changed(pool.storages, storages, removes),
  });
}

function assertMovable(id: string, vmid: number, removes: boolean, allowsMove: boolean): void {
  const current = [...accessConfig().pools].find(([, { vms }]) => vms.includes(vmid))?.[0];
  if (removes) {
    if (current !== id) throw new PveFailure(`VM ${vmid} is not a pool member`);
    return;
  }
  if (current === id) throw new PveFailure(`VM ${vmid} is already a pool member`);
  if (current !== undefined && !allowsMove)
    throw new PveFailure(`VM ${vmid} belongs already to pool '${current}' and allow-move is not set`);
}

function leaveOthers(id: string, vmid: number): void {
  for (const [other, pool] of accessConfig().pools)
    if (other !== id && pool.vms.includes(vmid))
      save(other, { ...pool, vms: pool.vms.filter(own => own !== vmid) });
}

function changed<T>(before: readonly T[], items: readonly T[], removes: boolean): readonly T[] {
  return removes ? before.filter(item => !items.includes(item)) : [...new Set([...before, ...items])];
}

function removePool(parameters: Parameters): void {
  const id = given(parameters, 'poolid');
  const { vms, storages } = poolOf(id);
  if (vms.length > 0) throw new PveFailure(`pool '${id}' is not empty (contains VMs ${vms.join(', ')})`);
  if (storages.length > 0)
    throw new PveFailure(`pool '${id}' is not empty (contains storage ${storages.join(', ')})`);
  const config = accessConfig();
  saveAccess({ ...config, pools: new Map([...config.pools].filter(([name]) => name !== id)) });
}

function save(id: string, pool: Pool): void {
  const config = accessConfig();
  saveAccess({ ...config, pools: new Map([...config.pools, [id, pool]]) });
}
