import { localNode, readClusterFile, writeClusterFile } from '../config/cluster.ts';
import { PveFailure } from '../runtime/failure.ts';

const CONFIG_FILE = 'storage.cfg';
const DEFAULT_CONTENT = ['images', 'rootdir'];

/** One section of /etc/pve/storage.cfg: `type: id` and its options. */
export interface Storage {
  readonly type: string;
  readonly id: string;
  readonly options: ReadonlyMap<string, string>;
}

/** All storages, in the order of the file. */
export function readStorages(): readonly Storage[] {
  const storages: { type: string; id: string; options: Map<string, string> }[] = [];
  for (const line of (readClusterFile(CONFIG_FILE) ?? '').split('\n')) {
    const header = /^([a-z]+):\s*(\S+)\s*$/.exec(line);
    const option = /^\s+(\S+)(?:\s+(.*\S))?\s*$/.exec(line);
    if (header) storages.push({ type: header[1] ?? '', id: header[2] ?? '', options: new Map() });
    else if (option) storages.at(-1)?.options.set(option[1] ?? '', option[2] ?? '1');
  }
  return storages;
}

/** Writes all storages: `disable` and `path` first, as PVE does. */
export function writeStorages(storages: readonly Storage[]): void {
  writeClusterFile(CONFIG_FILE, storages.map(storage => `${formatStorage(storage)}\n`).join(''));
}

/** A storage by name, whatever its state. */
export function findStorage(id: string): Storage {
  const storage = readStorages().find(candidate => candidate.id === id);
  if (!storage) throw new PveFailure(`storage '${id}' does not exist`);
  return storage;
}

/** A storage that this node can use now. */
export function usableStorage(id: string): Storage {
  const storage = findStorage(id);
  if (isDisabled(storage)) throw new PveFailure(`storage '${id}' is disabled`);
  if (!isOnNode(storage)) throw new PveFailure(`storage '${id}' is not available on node '${localNode()}'`);
  return storage;
}

export function isDisabled(storage: Storage): boolean {
  return storage.options.get('disable') === '1';
}

/** True when every node sees the same files. */
export function isShared(storage: Storage): boolean {
  return (
    storage.options.get('shared') === '1' || ['nfs', 'cifs', 'cephfs', 'glusterfs'].includes(storage.type)
  );
}

/** True when the storage is not restricted to other nodes. */
export function isOnNode(storage: Storage, node = localNode()): boolean {
  const nodes = storage.options.get('nodes');
  return nodes === undefined || nodes.split(/[,; ]+/).includes(node);
}

/** What a storage may hold: `images`, `iso`, `snippets`, … */
export function contentOf(storage: Storage): readonly string[] {
  const content = storage.options.get('content');
  return content === undefined
    ? DEFAULT_CONTENT
    : content.split(/[,; ]+/).filter(kind => kind !== '' && kind !== 'none');
}

function formatStorage({ type, id, options }: Storage): string {
  const rank = (name: string): string => `${name === 'disable' ? 0 : name === 'path' ? 1 : 2}${name}`;
  const lines = [...options.keys()]
    .sort((left, right) => (rank(left) < rank(right) ? -1 : 1))
    .map(name => (name === 'disable' ? '\tdisable\n' : `\t${name} ${options.get(name) ?? ''}\n`));
  return `${type}: ${id}\n${lines.join('')}`;
}
