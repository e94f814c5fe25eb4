import { cloudInitChanges, type CloudInitChanges } from '../../pve/cloud-init/changes.ts';
import {
  cloudInitWarnings,
  wishesOf,
  type CloudInitMaterial,
  type CloudInitWanted,
} from '../../pve/cloud-init/wanted.ts';
import { withoutPrefix } from '../../sdk/from-role.ts';
import { snippetSteps } from '../../pve/cloud-init/snippets.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import type { Notices } from '../../sdk/define-module.ts';
import type { Step } from '../../sdk/step.ts';
import type { Wanted } from './wanted.ts';

/** The same as cloudinit_apply is told, but for the drive. */
export function cloudInitOf(wanted: Wanted): CloudInitWanted {
  const { vmid, name, agent, extra_config, generation } = wanted;
  return {
    ...withoutPrefix('cloud_init_', wanted),
    vmid,
    name,
    agent,
    extra_config,
    hostname: generation?.family,
  };
}

/** The warnings of cloudinit_apply, which has nothing to do on a VM that was just made. */
export const creationNotices = (wanted: Wanted, material: CloudInitMaterial | undefined): Notices =>
  material === undefined ? {} : cloudInitWarnings(cloudInitOf(wanted), material);

/** Settings for the creation, and the snippets that they name, which are written once the VM is there. */
export function firstCloudInit(
  wanted: Wanted,
  material: CloudInitMaterial | undefined,
): Omit<CloudInitChanges, 'addsDrive'> & { readonly snippets: readonly Step[] } {
  if (material === undefined) return { changes: [], properties: {}, snippets: [] };
  const wishes = wishesOf(cloudInitOf(wanted), material);
  return {
    ...cloudInitChanges(wishes, parseVmConfig('')),
    snippets: snippetSteps(wishes.snippets, new Map()),
  };
}
