import type { Section } from './sections.ts';
import { DRIVE_SLOTS } from '../options/drive.ts';
import { isCdrom, parseDrive } from './drive.ts';

const NOT_BOOTABLE = /^(efidisk|tpmstate)/;

/** Devices that a new VM boots from: its first disk, its first CD drive and its first network device. */
export function defaultBootOrder(section: Section): string {
  const drives = DRIVE_SLOTS.filter(slot => section.has(slot) && !NOT_BOOTABLE.test(slot)).map(slot =>
    parseDrive(slot, section.get(slot) ?? ''),
  );
  const disk = drives.find(drive => !isCdrom(drive))?.slot;
  const cdrom = drives.find(isCdrom)?.slot;
  const net = [...section.keys()]
    .filter(key => /^net\d+$/.test(key))
    .sort((left, right) => Number(left.slice(3)) - Number(right.slice(3)))[0];
  return formatBootOrder([disk, cdrom, net].filter(device => device !== undefined));
}

/** The boot order without a device, or nothing when the device is not in it. */
export function bootOrderWithout(boot: string | undefined, device: string): string | undefined {
  const devices = bootDevices(boot);
  if (!devices.includes(device)) return undefined;
  return formatBootOrder(devices.filter(other => other !== device));
}

/** Devices of `order=a;b`. */
export function bootDevices(boot: string | undefined): readonly string[] {
  const order = /(?:^|,)order=([^,]*)/.exec(boot ?? '')?.[1] ?? '';
  return order.split(/[\s;]+/).filter(device => device !== '');
}

/** The disk that counts as the VM's own: the first of the boot order; without one the first that there is. */
export function bootDisk(section: Section): string | undefined {
  const isDisk = (slot: string): boolean => {
    const text = section.get(slot);
    return text !== undefined && DRIVE_SLOTS.includes(slot) && !isCdrom(parseDrive(slot, text));
  };
  const boot = section.get('boot');
  if (boot !== undefined && !/^(legacy=)?[acdn]{1,4}$/.test(boot)) return bootDevices(boot).find(isDisk);
  return section.get('bootdisk') ?? DRIVE_SLOTS.find(slot => !NOT_BOOTABLE.test(slot) && isDisk(slot));
}

/** `order=a;b`, nothing for no device. */
export function formatBootOrder(devices: readonly string[]): string {
  return devices.length === 0 ? '' : `order=${devices.join(';')}`;
}
