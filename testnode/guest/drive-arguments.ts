import { devicesOf, formatOf, isQ35, propertiesOf } from './device.ts';
import type { Device, GuestConfig, VolumePath } from './device.ts';

const DRIVE_BUSES = ['scsi', 'virtio', 'sata', 'ide'];
const FIRST_BOOT_INDEX = 100;
/** Devices of the controllers that `scsihw` names; without it Proxmox VE takes the first. */
const SCSI_CONTROLLERS: Readonly<Record<string, string>> = {
  lsi: 'lsi53c895a',
  lsi53c810: 'lsi53c810',
  megasas: 'megasas',
  pvscsi: 'pvscsi',
  'virtio-scsi-pci': 'virtio-scsi-pci',
};

/** QEMU's arguments for disks and CD drives, with their controllers. */
export function driveArguments(config: GuestConfig, volumePath: VolumePath): readonly string[] {
  const drives = devicesOf(config, DRIVE_BUSES);
  return [
    ...controllers(config, drives),
    ...drives.flatMap(drive => [
      ...['-drive', backend(drive, volumePath)],
      ...['-device', frontend(config, drive) + bootIndex(config, drive.slot)],
    ]),
  ];
}

function controllers(config: GuestConfig, drives: readonly Device[]): readonly string[] {
  const scsi = drives.filter(({ bus }) => bus === 'scsi');
  const sata = drives.some(({ bus }) => bus === 'sata') ? ['-device', 'ahci,id=ahci0'] : [];
  if (scsi.length === 0) return sata;
  if (isSingle(config)) {
    return [...sata, ...scsi.flatMap(({ index }) => ['-device', `virtio-scsi-pci,id=virtioscsi${index}`])];
  }
  const kind = SCSI_CONTROLLERS[config.get('scsihw') ?? 'lsi'];
  if (kind === undefined) throw new Error(`unknown SCSI controller ${config.get('scsihw') ?? ''}`);
  const numbers = new Set(scsi.map(({ index }) => scsiPlace(config, index).controller));
  return [...sata, ...[...numbers].flatMap(number => ['-device', `${kind},id=scsihw${number}`])];
}

/**
 * Where a drive `scsi<index>` sits (qemu-server 9.2, print_drivedevice_full): an LSI controller takes seven of them as
 * targets, those of virtio and MegaRAID take all as logical units of their first target.
 */
function scsiPlace(
  config: GuestConfig,
  index: number,
): { readonly controller: number; readonly place: string } {
  const kind = config.get('scsihw') ?? 'lsi';
  const size = kind.startsWith('lsi') ? 7 : 256;
  const controller = Math.floor(index / size);
  if (kind.startsWith('lsi') || kind === 'pvscsi') return { controller, place: `scsi-id=${index % size}` };
  return { controller, place: `channel=0,scsi-id=0,lun=${index}` };
}

function backend({ slot, properties }: Device, volumePath: VolumePath): string {
  const volid = properties.get('file') ?? 'none';
  const media = isCdrom(properties) ? ',media=cdrom,readonly=on' : '';
  if (volid === 'none' || volid === 'cdrom') return `if=none,id=drive-${slot}${media}`;
  const path = volumePath(volid);
  // A guest of the test node outlives no host: waiting for the disk at each sync would only cost time.
  return `if=none,id=drive-${slot},file=${escapeCommas(path)},format=${formatOf(path)},cache=unsafe,discard=unmap${media}`;
}

function frontend(config: GuestConfig, { slot, bus, index, properties }: Device): string {
  const kind = isCdrom(properties) ? 'cd' : 'hd';
  const end = `drive=drive-${slot},id=${slot}`;
  switch (bus) {
    case 'virtio':
      return `virtio-blk-pci,${end}`;
    case 'sata':
      return `ide-${kind},bus=ahci0.${index},${end}`;
    case 'ide':
      return `ide-${kind},${idePlace(config, index)},${end}`;
    default: {
      const { controller, place } = scsiPlace(config, index);
      const bus = isSingle(config) ? `virtioscsi${index}` : `scsihw${controller}`;
      return `scsi-${kind},bus=${bus}.0,${place},${end}`;
    }
  }
}

/** q35 has one device on each of its SATA ports where the older machine has two on each IDE channel. */
function idePlace(config: GuestConfig, index: number): string {
  return isQ35(config) ? `bus=ide.${index},unit=0` : `bus=ide.${Math.floor(index / 2)},unit=${index % 2}`;
}

/** The place of a device in `boot: order=…`. */
export function bootIndex(config: GuestConfig, slot: string): string {
  const order =
    propertiesOf(config.get('boot') ?? '', 'legacy')
      .get('order')
      ?.split(';') ?? [];
  const index = order.indexOf(slot);
  return index < 0 ? '' : `,bootindex=${FIRST_BOOT_INDEX + index}`;
}

function isSingle(config: GuestConfig): boolean {
  return config.get('scsihw') === 'virtio-scsi-single';
}

function isCdrom(properties: ReadonlyMap<string, string>): boolean {
  return properties.get('media') === 'cdrom';
}

/** QEMU separates options by commas and takes two for one that is meant. */
export function escapeCommas(path: string): string {
  return path.replaceAll(',', ',,');
}
