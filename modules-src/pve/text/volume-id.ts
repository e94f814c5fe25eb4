import { parseProperties } from './property-string.ts';
import { parseSize } from './size.ts';

/** A volume id, `<storage>:<name>`, taken apart (pve-storage 8.3 and 9.1; forms in docs/pve-notes/volumes.md). */
export interface VolumeId {
  readonly storage: string;
  /** Everything behind the colon. */
  readonly name: string;
  /** Last part of the name: `vm-100-disk-0.qcow2`. */
  readonly file: string;
  /** VM that owns it, if the name tells. */
  readonly vmid: number | undefined;
  /** Base image of a template. */
  readonly isBase: boolean;
  /** VM on whose base image a linked clone stands, where the id tells: dir and zfspool do, lvmthin does not. */
  readonly baseVmid: number | undefined;
}

/** Takes a volume id apart; undefined for what is none (`none`, `cdrom`, an absolute path). */
export function parseVolumeId(text: string): VolumeId | undefined {
  const [, storage, name] = /^([a-z][a-z0-9._-]*):(\S+)$/i.exec(text) ?? [];
  if (storage === undefined || name === undefined) return undefined;
  const parts = name.split('/');
  const file = parts.at(-1) ?? name;
  return {
    storage,
    name,
    file,
    vmid: ownerOf(file),
    isBase: file.startsWith('base-'),
    baseVmid: ownerOf(parts.slice(0, -1).find(part => part.startsWith('base-'))),
  };
}

/** Of what is known to be a volume id. */
export const storageOfVolume = (volume: string): string => volume.split(':', 1)[0] ?? '';

function ownerOf(file = ''): number | undefined {
  const owner = /^(?:vm|base)-(\d+)-/.exec(file)?.[1];
  return owner === undefined ? undefined : Number(owner);
}

/** The volume of a drive string such as `local:100/vm-100-disk-0.qcow2,size=8G`. */
export function driveVolume(drive: string): VolumeId | undefined {
  return parseVolumeId((drive.split(',', 1)[0] ?? '').replace(/^file=/, ''));
}

/** Bytes that the same text notes of the disk; undefined where it notes none. */
export const driveSize = (drive: string): number | undefined =>
  parseSize(parseProperties(drive, 'file').get('size') ?? '');

/** A volume that is a file with a name of the user's own. */
export interface FileVolume {
  readonly storage: string;
  readonly content: 'iso' | 'snippets';
  readonly name: string;
}

/** Takes such a volume apart; undefined for any other text. */
export function fileVolume(volume: string): FileVolume | undefined {
  const [, storage, content, name] = /^([^:/,]+):(iso|snippets)\/([^/,]+)$/.exec(volume) ?? [];
  const isKnown = content === 'iso' || content === 'snippets';
  return isKnown && storage !== undefined && name !== undefined ? { storage, content, name } : undefined;
}
