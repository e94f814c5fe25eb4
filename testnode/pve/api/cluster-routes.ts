import { createHash } from 'node:crypto';
import type { Parameters } from '../cli/command.ts';
import { given } from '../cli/command.ts';
import { managerVersion } from '../commands/pveversion.ts';
import { allVmids, clusterNodes, localNode, ownerOf, readClusterFile, vmidsOf } from '../config/cluster.ts';
import { loadConfig } from '../config/store.ts';
import { OPTIONAL_VMID } from '../options/command.ts';
import { ParameterFailure } from '../runtime/failure.ts';
import { oneOf, TEXT } from '../schema/kinds.ts';
import { contentOf, findStorage, isOnNode, isShared, readStorages } from '../storage/config.ts';
import type { Storage } from '../storage/config.ts';
import { statusOf } from '../vm/status.ts';
import { ANY_USER, needs } from '../access/permission.ts';
import type { Route } from './route.ts';

const FIRST_VMID = 100;

export const CLUSTER_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/version', permission: ANY_USER, answer: managerVersion },
  {
    method: 'GET',
    path: '/cluster/nextid',
    permission: ANY_USER,
    parameters: { vmid: OPTIONAL_VMID },
    answer: nextVmid,
  },
  {
    method: 'GET',
    path: '/cluster/resources',
    permission: ANY_USER,
    parameters: { type: oneOf('vm', 'storage', 'node', 'sdn', 'network') },
    answer: listResources,
  },
  { method: 'GET', path: '/cluster/status', permission: needs('/', 'Sys.Audit'), answer: clusterStatus },
  { method: 'GET', path: '/storage', permission: ANY_USER, parameters: { type: TEXT }, answer: listStorages },
  {
    method: 'GET',
    path: '/storage/{storage}',
    permission: needs('/storage/{storage}', 'Datastore.Allocate'),
    answer: showStorage,
  },
];

function nextVmid(parameters: Parameters): string {
  const wanted = parameters.get('vmid');
  if (wanted !== undefined) {
    const owner = ownerOf(Number(wanted));
    if (!owner) return wanted;
    throw new ParameterFailure([{ parameter: 'vmid', problem: `${owner.kind} ${wanted} already exists` }]);
  }
  const taken = new Set(allVmids());
  let vmid = FIRST_VMID;
  while (taken.has(vmid)) vmid += 1;
  return String(vmid);
}

function listResources(parameters: Parameters): readonly object[] {
  const type = parameters.get('type');
  return [
    ...(type === undefined || type === 'vm' ? clusterNodes().flatMap(vmResources) : []),
    ...(type === undefined || type === 'node' ? clusterNodes().map(nodeResource) : []),
    ...(type === undefined || type === 'storage' ? clusterNodes().flatMap(storageResources) : []),
  ];
}

function vmResources(node: string): readonly object[] {
  return vmidsOf(node).map(vmid => {
    const {
      name,
      status,
      maxmem,
      maxdisk,
      cpus,
      template = 0,
    } = statusOf(vmid, loadConfig(vmid, node).current);
    return {
      id: `qemu/${vmid}`,
      type: 'qemu',
      vmid,
      node,
      name,
      status,
      maxmem,
      maxdisk,
      maxcpu: cpus,
      template,
    };
  });
}

function nodeResource(node: string): object {
  return { id: `node/${node}`, type: 'node', node, status: 'online' };
}

function storageResources(node: string): readonly object[] {
  return readStorages()
    .filter(storage => isOnNode(storage, node))
    .map(storage => ({
      id: `storage/${node}/${storage.id}`,
      type: 'storage',
      node,
      storage: storage.id,
      plugintype: storage.type,
      content: contentOf(storage).join(','),
      shared: isShared(storage) ? 1 : 0,
      status: 'available',
    }));
}

function clusterStatus(): readonly object[] {
  return clusterNodes().map((name, index) => ({
    id: `node/${name}`,
    type: 'node',
    name,
    nodeid: index + 1,
    online: 1,
    local: name === localNode() ? 1 : 0,
  }));
}

function listStorages(parameters: Parameters): readonly object[] {
  const type = parameters.get('type');
  return readStorages()
    .filter(storage => type === undefined || storage.type === type)
    .map(describeStorage);
}

function showStorage(parameters: Parameters): object {
  return describeStorage(findStorage(given(parameters, 'storage')));
}

function describeStorage({ id, type, options }: Storage): object {
  const digest = createHash('sha1')
    .update(readClusterFile('storage.cfg') ?? '')
    .digest('hex');
  const values = [...options].map(
    ([key, value]) => [key, /^\d+$/.test(value) ? Number(value) : value] as const,
  );
  return { storage: id, type, digest, ...Object.fromEntries(values) };
}
