import type { Change, Step } from '../../../sdk/step.ts';
import type { Resolver } from '../../../sdk/readings.ts';
import {
  attachedDrive,
  isDriveOf,
  ownDriveVolume,
  type SnippetKind,
  type SnippetOwner,
} from '../../text/cloud-init-volumes.ts';
import { isUsable, type Storage } from '../../text/storage-config.ts';
import { driveSlot } from './slot.ts';
import { cloudInitParts, DRIVE_FILES } from '../files.ts';
import { nocloudImage } from './nocloud-image.ts';
import { storageOfVolume } from '../../text/volume-id.ts';

/** A drive of our own: whose it is, where it goes, and the texts that take the place of what PVE would say. */
export interface OwnDriveWish {
  readonly owner: SnippetOwner;
  readonly storage: Storage;
  readonly texts: ReadonlyMap<SnippetKind, string>;
}

/** A drive of our own as it is to be. */
export interface OwnDrive {
  readonly slot: string;
  readonly volume: string;
  readonly files: ReadonlyMap<string, string>;
}

/** Where drives of our own go: the storage that is named where it takes ISO images, else the first of the node that does. */
export function driveStorage(
  storages: readonly Storage[],
  node: string | undefined,
  named: string | undefined,
): Storage | undefined {
  const usable = storages.filter(
    storage =>
      storage.path !== undefined &&
      storage.content.includes('iso') &&
      (node === undefined || isUsable(storage, node)),
  );
  return usable.find(({ id }) => id === named) ?? usable[0];
}

/** The drive for a VM with these settings: where no text says otherwise, it holds what PVE would write. */
export function ownDrive(
  { owner, storage, texts }: OwnDriveWish,
  values: ReadonlyMap<string, string>,
  resolver: Resolver,
): OwnDrive {
  const settings = new Map([...values, ['citype', 'nocloud']]);
  const { instanceId, ...parts } = cloudInitParts(owner.vmid, settings, resolver, texts);
  const names = DRIVE_FILES.nocloud;
  const files = new Map([
    [names.meta, parts.meta],
    [names.user, parts.user],
    [names.network, parts.network],
    [names.vendor, parts.vendor],
  ]);
  const volume = ownDriveVolume(owner, storage.id, instanceId, nocloudImage(files));
  return { slot: driveSlot(values), volume, files };
}

/** What the drive's slot says otherwise. */
export function ownDriveChange({ slot, volume }: OwnDrive, values: ReadonlyMap<string, string>): Change[] {
  if (attachedDrive(values)?.volume === volume) return [];
  return [{ key: slot, before: values.get(slot), after: `${volume},media=cdrom` }];
}

/** `existing` are the ISO images of its storage. */
export const putDriveSteps = (
  { volume, files }: OwnDrive,
  existing: readonly string[],
  label: string,
): Step[] =>
  existing.includes(volume)
    ? []
    : [
        {
          summary: `write the cloud-init drive of ${label} to ${storageOfVolume(volume)}`,
          action: { kind: 'put-drive', volume, files },
          changes: [{ key: volume, before: undefined, after: '(written)' }],
        },
      ];

/** Drives of ours of that VM that are not the one that is wanted. */
export const otherDrives = (
  owner: SnippetOwner,
  existing: readonly string[],
  wanted: OwnDrive | undefined,
): readonly string[] => existing.filter(volume => isDriveOf(owner, volume) && volume !== wanted?.volume);

export const removeDriveSteps = (volumes: readonly string[]): Step[] =>
  volumes.map(volume => ({
    summary: `remove the cloud-init drive ${volume}`,
    action: { kind: 'free-volume', volume },
    changes: [{ key: volume, before: '(written)', after: undefined }],
  }));
