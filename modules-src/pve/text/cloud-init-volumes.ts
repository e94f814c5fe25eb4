import { createHash } from 'node:crypto';
import { parseProperties } from './property-string.ts';
import { driveKeys } from './vm-config.ts';

/** The parts of a cloud-init configuration that a snippet can replace or add (`cicustom`, PVE 8.4 and 9.2). */
export const SNIPPET_KINDS = ['user', 'vendor', 'network', 'meta'] as const;

export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** A snippet of ours: where it lies on the node, and what `cicustom` calls it. */
export interface SnippetPlace {
  readonly path: string;
  readonly volume: string;
}

/**
 * Whose snippets they are. The VMID alone does not say it: two clusters may share a storage, and a VMID is used again.
 * The id is that of the VM's marker.
 */
export interface SnippetOwner {
  readonly vmid: number;
  readonly id: string;
}

export const snippetName = ({ vmid, id }: SnippetOwner, kind: SnippetKind): string =>
  `proxmox-role-${vmid}-${id.slice(0, 8)}-${kind}.yaml`;

/** Whether a volume is a snippet of ours, whichever VM it was written for. */
export const isOurSnippet = (volume: string): boolean =>
  /:snippets\/proxmox-role-\d+-(?:[0-9a-f]{8}-)?(?:user|vendor|network|meta)\.yaml$/.test(volume);

/** Whether a volume is a snippet of ours that was written for that VM. */
export const isSnippetOf = (owner: SnippetOwner, volume: string): boolean =>
  SNIPPET_KINDS.some(kind => volume.endsWith(`:snippets/${snippetName(owner, kind)}`));

/** The snippets that a VM's `cicustom` names, by kind. */
export function customParts(config: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return parseProperties(config.get('cicustom') ?? '', 'user');
}

/*
 * A NoCloud drive of our own is an ISO image. By the API nobody can read what it says: its name tells whose it is, by
 * which instance-id a guest knows it, and what it holds.
 */
const NAME = /:iso\/proxmox-role-\d+-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}\.iso$/;

/** Whether a volume is a drive of ours, whichever VM it was written for. */
export const isOwnDrive = (volume: string): boolean => NAME.test(volume);

const stem = ({ vmid, id }: SnippetOwner): string => `proxmox-role-${vmid}-${id.slice(0, 8)}-`;

/** Whether a volume is a drive of ours that was written for that VM. */
export const isDriveOf = (owner: SnippetOwner, volume: string): boolean =>
  isOwnDrive(volume) && volume.includes(`:iso/${stem(owner)}`);

export const ownDriveVolume = (
  owner: SnippetOwner,
  storage: string,
  instanceId: string | undefined,
  image: Uint8Array,
): string => `${storage}:iso/${stem(owner)}${instanceDigits(instanceId)}-${digits(image, 12)}.iso`;

/** What stands for an instance-id in the name of a drive. */
export const instanceDigits = (instanceId: string | undefined): string => digits(instanceId ?? '', 8);

const digits = (content: string | Uint8Array, count: number): string =>
  createHash('sha256').update(content).digest('hex').slice(0, count);

export const instanceIn = (volume: string): string | undefined => volume.split('-').at(-2);

/** A drive of ours in a configuration. */
export interface AttachedDrive {
  readonly slot: string;
  readonly volume: string;
}

export function attachedDrive(config: ReadonlyMap<string, string>): AttachedDrive | undefined {
  for (const slot of driveKeys(config)) {
    const volume = (config.get(slot) ?? '').split(',', 1)[0]?.replace(/^file=/, '') ?? '';
    if (isOwnDrive(volume)) return { slot, volume };
  }
  return undefined;
}
