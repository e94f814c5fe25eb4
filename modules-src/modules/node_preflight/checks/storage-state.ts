import {
  allowContent,
  CONTENT_NAMES,
  contentFault,
  contentPath,
  type Content,
} from '../../../pve/text/storage-content.ts';
import { isUsable, type Storage } from '../../../pve/text/storage-config.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { problem, variableOf, type Subject } from '../check.ts';
import type { Node } from '../world.ts';

const CONTENT_CODES = {
  images: 'PVE-STO-004',
  snippets: 'PVE-STO-005',
  import: 'PVE-STO-013',
  iso: 'PVE-STO-013',
} as const;

/** A storage that something is to be put on, and the variable that says so. */
export interface StorageWish {
  readonly subject: Subject;
  readonly id: string;
  readonly content: Content;
}

/** The first reason why a storage cannot be used for that, with the way out. */
export function storageProblems(
  wish: StorageWish,
  node: Node,
  nodeName: string,
  isHidden = false,
): Problem[] {
  const { subject, id, content } = wish;
  const storage = node.storages.find(one => one.id === id);
  if (storage === undefined) return [isHidden ? unseen(wish) : unknown(wish, node, nodeName)];
  if (storage.disabled) {
    const fix = `enable it with \`pvesm set ${id} --disable 0\`, or choose another`;
    return [problem('PVE-STO-002', subject, `the storage "${id}" is disabled`, fix)];
  }
  if (!isUsable(storage, nodeName)) return [notHere(wish, storage, nodeName)];
  if (content !== 'images' && storage.path === undefined) {
    const message = `the storage "${id}" (${storage.type}) cannot hold ${CONTENT_NAMES[content]}, which are files`;
    return [problem('PVE-STO-006', subject, message, choice(subject, node, nodeName, content))];
  }
  const fault = contentFault(storage, content);
  if (fault === undefined) return directory(wish, storage, node);
  return [
    problem(CONTENT_CODES[content], subject, `the storage "${id}" ${fault}`, allowContent(storage, content)),
  ];
}

const unknown = (wish: StorageWish, node: Node, nodeName: string): Problem =>
  problem(
    'PVE-STO-001',
    wish.subject,
    `there is no storage "${wish.id}"`,
    choice(wish.subject, node, nodeName, wish.content),
  );

/** What it lacks there, if it is there, is told with all that it lacks. */
const unseen = ({ subject, id }: StorageWish): Problem =>
  problem(
    'PVE-STO-001',
    subject,
    `there is no storage "${id}", or whoever asks may not see it`,
    `if its name is right, give what is lacking on /storage/${id}, else correct ${variableOf(subject)}`,
  );

const notHere = ({ subject, id }: StorageWish, { nodes = [] }: Storage, nodeName: string): Problem =>
  problem(
    'PVE-STO-003',
    subject,
    `the storage "${id}" is for ${nodes.join(', ')} only, not for ${nodeName}`,
    `choose another, or let ${nodeName} use it with \`pvesm set ${id} --nodes ${[...nodes, nodeName].join(',')}\``,
  );

/** The storages of the node that would do. */
function choice(subject: Subject, { storages }: Node, nodeName: string, content: Content): string {
  const usable = storages.filter(one => isUsable(one, nodeName));
  const fitting = usable.filter(one => one.content.includes(content)).map(one => one.id);
  if (fitting.length > 0)
    return `set ${variableOf(subject)} to one that holds ${CONTENT_NAMES[content]}: ${fitting.join(', ')}`;
  const candidate = usable.find(one => content === 'images' || one.path !== undefined);
  return candidate === undefined
    ? 'add one with `pvesm add`'
    : `${allowContent(candidate, content)}, and name that one`;
}

/** A storage whose directory is missing was not mounted, or is misspelt in its configuration. */
function directory({ subject, content }: StorageWish, storage: Storage, { places }: Node): Problem[] {
  const { id, path } = storage;
  if (path === undefined) return [];
  const folder = content === 'snippets' ? contentPath(storage, content) : undefined;
  const below = places.get(folder ?? '');
  const place = places.get(path);
  // PVE makes the folders below the storage's own, and so do we: only what cannot be made is a problem.
  const isGood =
    place?.kind === 'directory' && (below ?? place).kind !== 'other' && (below ?? place).isWritable;
  if (place === undefined || isGood) return [];
  const bad = place.kind === 'directory' ? (folder ?? path) : path;
  const why = place.kind === 'missing' ? 'does not exist' : 'is no directory that can be written into';
  return [
    problem(
      'PVE-STO-007',
      subject,
      `${bad} of the storage "${id}" ${why}`,
      place.kind === 'missing'
        ? `mount what belongs there, or \`mkdir -p ${path}\``
        : 'see `mount` and `ls -ld`',
    ),
  ];
}
