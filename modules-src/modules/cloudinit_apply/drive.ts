import { valuesAfter } from '../../pve/cloud-init/changes.ts';
import {
  otherDrives,
  ownDrive,
  removeDriveSteps,
  type OwnDrive,
  type OwnDriveWish,
} from '../../pve/cloud-init/drive/own.ts';
import { unusedVolumes } from '../../pve/vms/snippet-users.ts';
import { nextValues, type VmConfig } from '../../pve/text/vm-config.ts';
import type { SnippetOwner } from '../../pve/text/cloud-init-volumes.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { Resolver } from '../../sdk/readings.ts';
import type { QmProperties, Step } from '../../sdk/step.ts';

/** A drive of our own as it is to be once those properties are set; undefined: none is wanted. */
export function wantedDrive(
  hostname: string,
  wish: OwnDriveWish | undefined,
  resolver: Resolver,
  config: VmConfig,
  properties: QmProperties,
): OwnDrive | undefined {
  if (wish === undefined) return undefined;
  const values = valuesAfter(nextValues(config), properties);
  return ownDrive(wish, new Map([...values, ['name', hostname]]), resolver);
}

/** Drives of ours that the VM has no more, and that no other VM has either. */
export function removeOtherDrives(
  owner: SnippetOwner,
  isoImages: readonly string[],
  drive: OwnDrive | undefined,
  others: readonly VmRecord[],
): Step[] {
  return removeDriveSteps(unusedVolumes(otherDrives(owner, isoImages, drive), owner.vmid, others));
}
