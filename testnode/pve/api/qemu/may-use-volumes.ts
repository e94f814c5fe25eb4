import type { Caller } from '../../access/caller.ts';
import { ownerOf } from '../../config/cluster.ts';
import {
  drivesOf,
  isCdrom,
  isCloudInitDrive,
  isEmptyDrive,
  newCloudInitStorage,
  newDiskRequest,
} from '../../config/drive.ts';
import type { Drive } from '../../config/drive.ts';
import type { Section } from '../../config/sections.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { findStorage } from '../../storage/config.ts';
import { assertHoldsImages, backendOf } from '../../storage/volumes.ts';
import { parseVolumeId } from '../../storage/volume-id.ts';

const ROOT_PATHS =
  'Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.';

/** Fails unless the caller may take the space and the volumes that these drives of a VM ask for. */
export function assertVolumes(vmid: number, options: Section, caller: Caller): void {
  for (const drive of drivesOf(options)) assertDrive(vmid, drive, caller);
}

/** The privileges that changing or removing this drive of an existing VM asks for, all of them. */
export function privilegesForDrive(drive: Drive): readonly string[] {
  if (isCloudInitDrive(drive) || newCloudInitStorage(drive) !== undefined)
    return ['VM.Config.Cloudinit', 'VM.Config.CDROM'];
  return [isCdrom(drive) ? 'VM.Config.CDROM' : 'VM.Config.Disk'];
}

function assertDrive(vmid: number, drive: Drive, caller: Caller): void {
  if (isEmptyDrive(drive) || newCloudInitStorage(drive) !== undefined) return;
  const request = newDiskRequest(drive);
  if (!request) {
    // For a CD a path is only another name of the volume that it is.
    if (!drive.file.startsWith('/') || !isCdrom(drive)) assertVolume(vmid, drive.file, caller);
    return;
  }
  assertHoldsImages(findStorage(request.storage).id);
  caller.assertAll(`/storage/${request.storage}`, 'Datastore.AllocateSpace');
  const source = drive.properties.get('import-from');
  if (source !== undefined) assertSource(vmid, source, caller);
}

// Whose disk it is counts, whether that VM is there or not.
function assertSource(vmid: number, source: string, caller: Caller): void {
  const owner = source.startsWith('/') ? undefined : ownerByName(source);
  if (owner === undefined) assertVolume(vmid, source, caller);
  else caller.assertAll(`/vms/${owner}`, 'VM.Clone');
}

function ownerByName(volume: string): number | undefined {
  const { storage, name } = parseVolumeId(volume);
  return backendOf(findStorage(storage)).parse(name).vmid;
}

function assertVolume(vmid: number, volume: string, caller: Caller): void {
  if (volume.startsWith('/')) {
    if (!caller.isRoot) throw new PveFailure(ROOT_PATHS);
    return;
  }
  const { storage, name } = parseVolumeId(volume);
  const { content, vmid: owner } = backendOf(findStorage(storage)).parse(name);
  if (content !== 'images' && content !== 'rootdir') {
    caller.assertOneOf(`/storage/${storage}`, 'Datastore.AllocateSpace', 'Datastore.Audit');
  } else if (owner !== undefined && owner !== vmid) {
    if (ownerOf(owner)) caller.assertAll(`/vms/${owner}`, 'VM.Clone');
    else caller.assertAll(`/storage/${storage}`, 'Datastore.Allocate');
  }
}
