import type { ValuesOf } from '../../sdk/option.ts';
import { UserError } from '../../sdk/error.ts';
import { isWindows } from '../text/ostype.ts';
import { isFirstDefault } from './image-disk.ts';
import type { settingOptions } from './options.ts';

export type DeviceWishes = ValuesOf<typeof settingOptions> & {
  readonly disk_storage: string;
  /** Slot that the cloud image takes later: no disk is made there. */
  readonly image_disk?: string | undefined;
};

type Gpu = NonNullable<DeviceWishes['gpu']>[number];

/** Firmware, TPM, console, networks, disks and PCI devices, by their PVE names. */
export function deviceSettings(wishes: DeviceWishes): Record<string, string | undefined> {
  return {
    ...firmware(wishes),
    ...console(wishes),
    ...texts(wishes.networks),
    ...disks(wishes),
    ...Object.fromEntries((wishes.gpu ?? []).map((gpu, index) => [`hostpci${index}`, hostpci(gpu, index)])),
  };
}

/** PVE ignores the size that a new EFI disk or TPM state is given; 1 is what its manual writes. */
function firmware(wishes: DeviceWishes): Record<string, string | undefined> {
  const isArm = wishes.arch === 'aarch64';
  // Nothing but UEFI boots a VM of that architecture.
  const isUefi = wishes.uefi === true || isArm;
  const needsQ35 = isUefi || (wishes.gpu ?? []).some(gpu => gpu.pcie === true);
  return {
    machine: wishes.machine ?? (isArm ? 'virt' : needsQ35 ? 'q35' : undefined),
    bios: wishes.bios ?? (isUefi ? 'ovmf' : undefined),
    efidisk0: isUefi ? efiDisk(wishes) : undefined,
    tpmstate0:
      wishes.tpm === true
        ? `${wishes.tpm_storage ?? wishes.disk_storage}:1,version=${wishes.tpm_version ?? 'v2.0'}`
        : undefined,
  };
}

const efiDisk = ({
  efi_storage: storage,
  disk_storage: other,
  efi_pre_enrolled_keys: keys,
}: DeviceWishes): string => `${storage ?? other}:1,efitype=4m,pre-enrolled-keys=${keys ? 1 : 0}`;

function console(wishes: DeviceWishes): Record<string, string | undefined> {
  // Windows would have its display there, and shows nothing.
  if (wishes.serial !== true || isWindows(wishes.ostype)) return { vga: wishes.vga };
  return { serial0: 'socket', vga: wishes.vga ?? 'serial0' };
}

function disks({
  disks: wanted = {},
  image_disk: imageDisk,
  disk_storage: storage,
}: DeviceWishes): Record<string, string> {
  const others = Object.entries(wanted).filter(
    ([slot, text]) => imageDisk === undefined || (slot !== imageDisk && !isFirstDefault(slot, text, storage)),
  );
  return texts(Object.fromEntries(others));
}

const texts = (values: Readonly<Record<string, unknown>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));

function hostpci(gpu: Gpu, index: number): string {
  if ((gpu.id === undefined) === (gpu.mapping === undefined)) {
    throw new UserError(
      `cannot hand over PCI device ${index}: gpu[${index}] has neither id nor mapping, or both; give one of them`,
    );
  }
  const device = gpu.mapping === undefined ? (gpu.id ?? '') : `mapping=${gpu.mapping}`;
  const flags = { pcie: gpu.pcie, 'x-vga': gpu.x_vga, rombar: gpu.rombar };
  const set = Object.entries(flags).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value ? 1 : 0}`],
  );
  return [device, ...set, ...(gpu.mdev === undefined ? [] : [`mdev=${gpu.mdev}`])].join(',');
}
