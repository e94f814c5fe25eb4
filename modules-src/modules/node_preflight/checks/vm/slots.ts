import { freeDriveSlot } from '../../../../pve/cloud-init/drive/slot.ts';
import { isMedium } from '../../../../pve/settings/drives.ts';
import { diskFault } from '../../../../pve/settings/image-disk.ts';
import { attachedDrive } from '../../../../pve/text/cloud-init-volumes.ts';
import { cloudInitDriveKey, nextValues, isCloudInitDrive } from '../../../../pve/text/vm-config.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { onNode, problem, variableOf, type Check, type Subject } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import {
  furtherDisks,
  imageDisk,
  imageDiskEntry,
  isRotating,
  ownConfig,
  ownValues,
  wantedClones,
  wantsCloudInit,
  wantsImage,
} from '../../wishes.ts';
import type { Node } from '../../world.ts';

/** The entry of the image's slot may say storage, size and options, and nothing that an image cannot be. */
export const checkImageSlot: Check = wanted => {
  const { fault } = imageDiskEntry(wanted);
  if (!wantsImage(wanted) || wanted.vm_state === 'absent' || fault === undefined) return [];
  const fix = `write it like local-lvm:32,discard=on, or set ${variableOf('vm_image_disk')}`;
  return [problem('PVE-VM-031', `vm_disks.${imageDisk(wanted)}`, fault, fix)];
};

/** Further disks that are to be made; those that are there may have options alone. */
export const checkDiskTexts = onNode((wanted, node) => {
  if (wanted.vm_state === 'absent') return [];
  const found = ownValues(wanted, node);
  const fix = 'write it like local-lvm:32,discard=on, the size being GiB';
  const ofVm = furtherDisks(wanted).flatMap(([slot, text]) => {
    const fault = found.has(slot) ? undefined : diskFault(text);
    return fault === undefined ? [] : [problem('PVE-VM-037', `vm_disks.${slot}`, fault, fix)];
  });
  const ofClones = wantedClones(wanted).flatMap(({ disks = {}, vmid, name }, index) => {
    const own = ownValues({ ...wanted, vm_vmid: vmid, vm_name: name }, node);
    const known = new Set([
      ...found.keys(),
      ...own.keys(),
      ...Object.keys(wanted.vm_disks ?? {}),
      imageDisk(wanted),
    ]);
    return Object.entries(disks).flatMap(([slot, text]) => {
      const fault = known.has(slot) ? undefined : diskFault(text);
      return fault === undefined
        ? []
        : [problem('PVE-VM-037', `vm_clones[${index}].disks`, `${slot} ${fault}`, fix)];
    });
  });
  return [...ofVm, ...ofClones];
});

/** An empty disk before the image's in the boot order is where the guest would start, and stop. */
export const checkBootDisk = onNode((wanted, node) => {
  const order = /(?:^|,)order=([^,]*)/.exec(wanted.vm_boot_order ?? '')?.[1]?.split(';') ?? [];
  const found = ownValues(wanted, node);
  const first = order.find(device => /^(?:scsi|virtio|sata|ide)\d+$/.test(device));
  const text = furtherDisks(wanted).find(([slot]) => slot === first)?.[1];
  const isEmpty =
    text !== undefined && !isMedium(text) && /^[^:/,]+:\d/.test(text) && !text.includes('import-from=');
  if (!wantsImage(wanted) || first === undefined || !isEmpty || found.has(first)) return [];
  const message = `begins with ${first}, which is to be an empty disk: the image becomes ${imageDisk(wanted)}`;
  const fix = `set ${variableOf('vm_image_disk')}: ${first}, or begin with ${imageDisk(wanted)}`;
  return [problem('PVE-VM-032', 'vm_boot_order', message, fix)];
});

/** The slot of the cloud-init drive: that of the VM's own one, or the one that it will get. */
function driveSlot(wanted: Wanted, node: Node): string | undefined {
  const found = ownValues(wanted, node);
  const existing = isRotating(wanted) ? undefined : (cloudInitDriveKey(found) ?? attachedDrive(found)?.slot);
  if (existing !== undefined || !wantsCloudInit(wanted)) return existing;
  const { vm_ostype: ostype = 'l26' } = wanted;
  return freeDriveSlot(new Map([...found, ...furtherDisks(wanted), ['ostype', ostype]]));
}

/** A disk cannot be where the cloud-init drive is; told before anything is made. */
export const checkDriveSlot = onNode((wanted, node) => {
  if (wanted.vm_state === 'absent') return [];
  const slot = driveSlot(wanted, node);
  const dataDisks = namesOfDataDisks(wanted);
  return [
    ...collisions({ ...wanted.vm_extra_config, ...Object.fromEntries(furtherDisks(wanted)) }, slot, one =>
      Object.hasOwn(wanted.vm_disks ?? {}, one) ? `vm_disks.${one}` : `vm_extra_config.${one}`,
    ),
    ...collisions(dataDisks, slot, one => `vm_data_disks.${one}`),
    ...wantedClones(wanted).flatMap(({ disks = {}, vmid, name }, index) => {
      const config = ownConfig({ ...wanted, vm_vmid: vmid, vm_name: name }, node);
      const own = config === undefined ? slot : cloudInitDriveKey(nextValues(config));
      return collisions(disks, own, () => `vm_clones[${index}].disks`);
    }),
  ];
});

const namesOfDataDisks = ({ vm_data_disks: disks = {} }: Wanted): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(disks).map(([slot, { name }]) => [slot, name]));

function collisions(
  disks: Readonly<Record<string, unknown>>,
  slot: string | undefined,
  subjectOf: (slot: string) => Subject,
): Problem[] {
  const text = slot === undefined || !Object.hasOwn(disks, slot) ? undefined : String(disks[slot]);
  if (slot === undefined || text === undefined || isCloudInitDrive(text)) return [];
  const message = `wants a disk on ${slot}, where the cloud-init drive is`;
  return [problem('PVE-VM-033', subjectOf(slot), message, 'choose another slot for the disk')];
}
