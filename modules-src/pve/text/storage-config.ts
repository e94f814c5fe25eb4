import { sameValue } from './property-string.ts';

/** One storage of /etc/pve/storage.cfg (pve-storage 8.3 and 9.1). */
export interface Storage {
  readonly id: string;
  /** Plugin: dir, lvmthin, zfspool, nfs, … */
  readonly type: string;
  readonly content: readonly string[];
  /** Nodes it is restricted to; undefined: all. */
  readonly nodes: readonly string[] | undefined;
  readonly disabled: boolean;
  /** Directory of a file storage on the node, undefined for block storages. */
  readonly path: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
}

const FILE_TYPES = new Set(['dir', 'nfs', 'cifs', 'btrfs', 'cephfs', 'glusterfs']);
const MOUNTED_TYPES = new Set(['nfs', 'cifs', 'cephfs', 'glusterfs']);

/** Reads storage.cfg: `type: id` headers, each followed by indented `key value` lines. */
export function parseStorageConfig(text: string): Storage[] {
  return text
    .split(/^(?=[a-z]+:\s*\S+\s*$)/m)
    .map(parseSection)
    .filter(storage => storage !== undefined);
}

function parseSection(section: string): Storage | undefined {
  const [header = '', ...lines] = section.split('\n');
  const [, type, id] = /^([a-z]+):\s*(\S+)\s*$/.exec(header) ?? [];
  if (type === undefined || id === undefined) return undefined;
  const pairs = lines.flatMap((line): [string, string][] => {
    const [, key, value] = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, value ?? '1']];
  });
  const properties = new Map(pairs);
  return {
    id,
    type,
    content: words(properties.get('content') ?? defaultContent(type)).filter(kind => kind !== 'none'),
    nodes: properties.has('nodes') ? words(properties.get('nodes') ?? '') : undefined,
    disabled: sameValue(properties.get('disable'), '1'),
    path: storagePath(type, id, properties),
    properties,
  };
}

/** PVE splits its lists at commas, semicolons and spaces. */
const words = (list: string): string[] => list.split(/[,;\s]+/).filter(word => word !== '');

/** What a storage holds that does not say it: guests' disks; snippets must be allowed by name. */
const defaultContent = (type: string): string => (type === 'cephfs' ? 'backup' : 'images,rootdir');

function storagePath(type: string, id: string, properties: ReadonlyMap<string, string>): string | undefined {
  if (!FILE_TYPES.has(type)) return undefined;
  return properties.get('path') ?? (MOUNTED_TYPES.has(type) ? `/mnt/pve/${id}` : undefined);
}

/** File storages hold qcow2 and snippets; block storages hold raw volumes only. */
export const isFileStorage = (storage: Storage): boolean => FILE_TYPES.has(storage.type);

/** Whether the storage can be used on that node. */
export const isUsable = (storage: Storage, node: string): boolean =>
  !storage.disabled && (storage.nodes === undefined || storage.nodes.includes(node));

/** Plugins whose storage is the same wherever it is seen; others say so by `shared` (pve-storage 8.3 and 9.1). */
const SHARED_TYPES = new Set(['nfs', 'cifs', 'glusterfs', 'cephfs', 'rbd', 'iscsi', 'iscsidirect', 'zfs']);

/** Whether every node that sees the storage sees the same volumes. */
export const isShared = ({ type, properties }: Storage): boolean =>
  SHARED_TYPES.has(type) || sameValue(properties.get('shared'), '1');
