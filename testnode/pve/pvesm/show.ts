import { mkdirSync, statfsSync } from 'node:fs';
import type { Parameters } from '../cli/command.ts';
import { given, isSet } from '../cli/command.ts';
import { localNode } from '../config/cluster.ts';
import { ParameterFailure } from '../runtime/failure.ts';
import { isFull } from '../runtime/faults.ts';
import { print } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import type { ListedVolume } from '../storage/backend.ts';
import { contentOf, isDisabled, isOnNode, isShared, readStorages, usableStorage } from '../storage/config.ts';
import type { Storage } from '../storage/config.ts';
import { listVolumes, volumePath } from '../storage/volumes.ts';

const KIB = 1024;

/** Space of a storage in bytes. */
export interface Space {
  readonly total: number;
  readonly used: number;
  readonly available: number;
}

/** `pvesm status` */
export function showStorages(parameters: Parameters): void {
  const storages = chooseStorages(parameters);
  const width = Math.max(...storages.map(({ id }) => id.length), 0) + 1;
  const header = isVersion9()
    ? ['Name', 'Type', 'Status', 'Total (KiB)', 'Used (KiB)', 'Available (KiB)', '%']
    : ['Name', 'Type', 'Status', 'Total', 'Used', 'Available', '%'];
  print(row(width, header));
  for (const storage of storages) print(row(width, describe(storage)));
}

/** `pvesm list` */
export function showVolumes(parameters: Parameters): void {
  const storage = usableStorage(given(parameters, 'storage'));
  const kinds = contentOf(storage);
  const wanted = parameters.get('content')?.split(/[,; ]+/);
  const vmid = parameters.get('vmid');
  const volumes = listVolumes(storage)
    .filter(({ content }) => kinds.includes(content) && (wanted === undefined || wanted.includes(content)))
    .filter(volume => vmid === undefined || isListedFor(volume, Number(vmid)))
    .map(volume => ({ ...volume, volid: `${storage.id}:${volume.name}` }))
    .sort((left, right) => (left.volid < right.volid ? -1 : 1));
  printVolumes(volumes);
}

/** What belongs to no VM is listed for each, ISO images and container templates for none. */
export function isListedFor({ content, vmid: owner }: ListedVolume, vmid: number): boolean {
  if (content === 'iso' || content === 'vztmpl') return false;
  return owner === undefined || owner === vmid;
}

/** `pvesm path` */
export function showPath(parameters: Parameters): void {
  print(volumePath(given(parameters, 'volume')));
}

/** Space of a storage; nothing of it while it is disabled. */
export function spaceOf(storage: Storage): Space {
  if (isDisabled(storage)) return { total: 0, used: 0, available: 0 };
  const path = storage.options.get('path') ?? '/var/lib';
  try {
    // PVE makes the directory of a storage when it looks for it.
    mkdirSync(path, { recursive: true });
    const { bsize, blocks, bfree, bavail } = statfsSync(path);
    if (isFull(storage.id)) return { total: blocks * bsize, used: blocks * bsize, available: 0 };
    return { total: blocks * bsize, used: (blocks - bfree) * bsize, available: bavail * bsize };
  } catch {
    return { total: 0, used: 0, available: 0 };
  }
}

/** Storages as the API lists them: those of this node, one or of one content when asked. */
export function chooseStorages(parameters: Parameters): readonly Storage[] {
  const [id, content] = [parameters.get('storage'), parameters.get('content')?.split(/[,;\s]+/)];
  if (id !== undefined && !readStorages().some(storage => storage.id === id)) {
    throw new ParameterFailure([{ parameter: 'storage', problem: 'No such storage.' }]);
  }
  return readStorages()
    .filter(storage => id === undefined || storage.id === id)
    .filter(storage => isOnNode(storage) && isSeenFrom(storage, parameters.get('target')))
    .filter(
      storage =>
        content === undefined ||
        (!isDisabled(storage) && content.some(kind => contentOf(storage).includes(kind))),
    )
    .filter(storage => !isSet(parameters, 'enabled') || !isDisabled(storage))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

function isSeenFrom(storage: Storage, target: string | undefined): boolean {
  if (target === undefined || target === localNode() || target === 'localhost') return true;
  return isShared(storage) && isOnNode(storage, target);
}

function describe(storage: Storage): readonly string[] {
  const { total, used, available } = spaceOf(storage);
  const kib = (bytes: number): string => String(Math.floor(bytes / KIB));
  const share = total === 0 ? 'N/A' : `${((used / total) * 100).toFixed(2)}%`;
  const state = isDisabled(storage) ? 'disabled' : 'active';
  return [storage.id, storage.type, state, kib(total), kib(used), kib(available), share];
}

function row(width: number, [name = '', type = '', status = '', ...numbers]: readonly string[]): string {
  const [total = '', used = '', available = '', share = ''] = numbers;
  const columns = [
    type.padStart(10),
    status.padStart(10),
    total.padStart(15),
    used.padStart(15),
    available.padStart(15),
  ];
  return [name.padEnd(width), ...columns, share.padStart(8)].join(' ');
}

function printVolumes(volumes: readonly (ListedVolume & { readonly volid: string })[]): void {
  const width = Math.max(...volumes.map(({ volid }) => volid.length), 5);
  const sizeWidth = Math.max(...volumes.map(({ size }) => String(size).length), 0);
  const line = (volid: string, format: string, type: string, size: string, vmid: string): string =>
    [volid.padEnd(width), format.padEnd(7), type.padEnd(9), size.padStart(sizeWidth), vmid]
      .join(' ')
      .trimEnd();
  print(line('Volid', 'Format', 'Type', 'Size', 'VMID'));
  for (const { volid, format, content, size, vmid } of volumes) {
    print(line(volid, format, content, String(size), vmid === undefined ? '' : String(vmid)));
  }
}
