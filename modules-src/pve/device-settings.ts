import type { ValuesOf } from '../sdk/option.ts';
import type { settingOptions } from './setting-options.ts';

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
    ...Object.fromEntries((wishes.gpu ?? []).map((gpu, index) => [`hostpci${index}`, hostpci(gpu)])),
  };
}

/** PVE ignores the size that a new EFI disk or TPM state is given; 1 is what its manual writes. */
function firmware(wishes: DeviceWishes): Record<string, string | undefined> {
  const needsQ35 = wishes.uefi === true || (wishes.gpu ?? []).some(gpu => gpu.pcie === true);
  return {
    machine: wishes.machine ?? (needsQ35 ? 'q35' : undefined),
    bios: wishes.bios ?? (wishes.uefi === true ? 'ovmf' : undefined),
    efidisk0:
      wishes.uefi === true
        ? `${wishes.efi_storage ?? wishes.disk_storage}:1,efitype=4m,pre-enrolled-keys=${wishes.efi_pre_enrolled_keys ? 1 : 0}`
        : undefined,
    tpmstate0:
      wishes.tpm === true
        ? `${wishes.tpm_storage ?? wishes.disk_storage}:1,version=${wishes.tpm_version ?? 'v2.0'}`
        : undefined,
  };
}

function console(wishes: DeviceWishes): Record<string, string | undefined> {
  if (wishes.serial !== true) return { vga: wishes.vga };
  return { serial0: 'socket', vga: wishes.vga ?? 'serial0' };
}

function disks({ disks: wanted = {}, image_disk: imageDisk }: DeviceWishes): Record<string, string> {
  return texts(Object.fromEntries(Object.entries(wanted).filter(([slot]) => slot !== imageDisk)));
}

const texts = (values: Readonly<Record<string, unknown>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));

function hostpci(gpu: Gpu): string {
  const device = gpu.mapping === undefined ? (gpu.id ?? '') : `mapping=${gpu.mapping}`;
  const flags = { pcie: gpu.pcie, 'x-vga': gpu.x_vga, rombar: gpu.rombar };
  const set = Object.entries(flags).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value ? 1 : 0}`],
  );
  return [device, ...set, ...(gpu.mdev === undefined ? [] : [`mdev=${gpu.mdev}`])].join(',');
}
