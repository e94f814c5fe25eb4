import { cpus, freemem, loadavg, release, totalmem, uptime } from 'node:os';
import type { Parameters } from '../cli/command.ts';
import { given } from '../cli/command.ts';
import { managerName } from '../commands/pveversion.ts';
import { clusterNodes } from '../config/cluster.ts';
import { OPTIONAL_VMID } from '../options/command.ts';
import { chooseStorages, spaceOf } from '../pvesm/show.ts';
import { BOOLEAN, formatted, TEXT } from '../schema/kinds.ts';
import { contentOf, findStorage, isDisabled, isShared, usableStorage } from '../storage/config.ts';
import type { Storage } from '../storage/config.ts';
import { listVolumes } from '../storage/volumes.ts';
import { nodeOf } from './local-node.ts';
import { ANY_USER, needs, needsOneOf } from '../access/permission.ts';
import type { Route } from './route.ts';

const STORAGE_READER = needsOneOf('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace');

export const NODE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/nodes', permission: ANY_USER, answer: listNodes },
  {
    method: 'GET',
    path: '/nodes/{node}/status',
    permission: needs('/nodes/{node}', 'Sys.Audit'),
    answer: nodeStatus,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage',
    permission: ANY_USER,
    parameters: { content: TEXT, enabled: BOOLEAN, storage: formatted('storage-id'), target: TEXT },
    answer: listStorages,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}/status',
    permission: STORAGE_READER,
    answer: parameters => describe(findStorage(given(parameters, 'storage'))),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}/content',
    permission: STORAGE_READER,
    parameters: { content: TEXT, vmid: OPTIONAL_VMID },
    answer: listContent,
  },
];

function listNodes(): readonly object[] {
  return clusterNodes().map(node => ({ id: `node/${node}`, node, status: 'online', type: 'node' }));
}

function nodeStatus(parameters: Parameters): object {
  nodeOf(parameters);
  const [total, free] = [totalmem(), freemem()];
  return {
    uptime: Math.floor(uptime()),
    loadavg: loadavg().map(load => load.toFixed(2)),
    cpuinfo: { cpus: cpus().length, cores: cpus().length, sockets: 1, model: cpus()[0]?.model ?? '' },
    memory: { total, free, used: total - free },
    kversion: `Linux ${release()}`,
    pveversion: managerName(),
  };
}

function listStorages(parameters: Parameters): readonly object[] {
  nodeOf(parameters);
  return chooseStorages(parameters).map(describe);
}

function describe(storage: Storage): object {
  const { total, used, available } = spaceOf(storage);
  const isActive = isDisabled(storage) ? 0 : 1;
  return {
    storage: storage.id,
    type: storage.type,
    content: contentOf(storage).join(','),
    active: isActive,
    enabled: isActive,
    shared: isShared(storage) ? 1 : 0,
    total,
    used,
    avail: available,
    ...(total === 0 ? {} : { used_fraction: used / total }),
  };
}

function listContent(parameters: Parameters): readonly object[] {
  nodeOf(parameters);
  const storage = usableStorage(given(parameters, 'storage'));
  const wanted = parameters.get('content');
  const vmid = parameters.get('vmid');
  return listVolumes(storage)
    .filter(
      ({ content }) => contentOf(storage).includes(content) && (wanted === undefined || wanted === content),
    )
    .filter(volume => vmid === undefined || volume.vmid === Number(vmid))
    .map(({ name, content, format, size, used, created, base, ...volume }) => ({
      volid: `${storage.id}:${name}`,
      content,
      format,
      size,
      ctime: created,
      ...(content === 'images' ? { used, parent: base ?? null, vmid: volume.vmid } : {}),
    }));
}
