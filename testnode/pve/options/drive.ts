import { isVersion9 } from '../runtime/settings.ts';
import { aliasOf, BOOLEAN, formatted, integer, oneOf, onlyIn9, propertyString } from '../schema/kinds.ts';
import type { PropertySchema, PropertySchemas, ValueSchema } from '../schema/kinds.ts';

const LIMIT = integer();
const RATE: ValueSchema = { type: 'number' };
const SERIAL: ValueSchema = { type: 'string', format: 'url-encoded', maxLength: 60 };

const FILE: PropertySchemas = {
  volume: aliasOf('file'),
  file: { type: 'string', format: 'drive', required: true, isDefault: true },
  'import-from': formatted('import-source'),
  size: formatted('disk-size'),
};

const THROTTLES: PropertySchemas = Object.fromEntries(
  ['', '_rd', '_wr'].flatMap((direction): [string, PropertySchema][] => [
    [`bps${direction}`, LIMIT],
    [`bps${direction}_max_length`, integer(1)],
    [`iops${direction}`, LIMIT],
    [`iops${direction}_max`, LIMIT],
    [`iops${direction}_max_length`, integer(1)],
  ]),
);

const OLD_THROTTLES: PropertySchemas = Object.fromEntries(
  ['bps_rd', 'bps_wr', 'iops_rd', 'iops_wr'].map(limit => [
    `${limit}_length`,
    aliasOf(`${limit}_max_length`),
  ]),
);

const RATES: PropertySchemas = Object.fromEntries(
  ['', '_rd', '_wr'].flatMap(direction => [
    [`mbps${direction}`, RATE],
    [`mbps${direction}_max`, RATE],
  ]),
);

/** Geometry, which the older release still knows. */
const GEOMETRY: PropertySchemas = isVersion9()
  ? {}
  : { cyls: LIMIT, heads: LIMIT, secs: LIMIT, trans: oneOf('none', 'lba', 'auto') };

const DISK: PropertySchemas = {
  ...FILE,
  ...THROTTLES,
  ...OLD_THROTTLES,
  ...GEOMETRY,
  ...RATES,
  aio: oneOf('native', 'threads', 'io_uring'),
  backup: BOOLEAN,
  cache: oneOf('none', 'writethrough', 'writeback', 'unsafe', 'directsync'),
  detect_zeroes: BOOLEAN,
  discard: oneOf('ignore', 'on'),
  format: oneOf('raw', 'qcow', 'qed', 'qcow2', 'vmdk', 'cloop'),
  media: oneOf('cdrom', 'disk'),
  replicate: BOOLEAN,
  rerror: oneOf('ignore', 'report', 'stop'),
  serial: SERIAL,
  shared: BOOLEAN,
  snapshot: BOOLEAN,
  werror: oneOf('enospc', 'ignore', 'report', 'stop'),
};

const SSD: PropertySchemas = { ssd: BOOLEAN };
const WWN: PropertySchemas = { wwn: { type: 'string', pattern: /^0x[0-9a-fA-F]{16}$/ } };

const IDE: PropertySchemas = {
  ...DISK,
  ...SSD,
  ...WWN,
  model: { type: 'string', format: 'url-encoded', maxLength: 120 },
};
const SATA: PropertySchemas = { ...DISK, ...SSD, ...WWN };
const SCSI: PropertySchemas = {
  ...DISK,
  ...SSD,
  ...WWN,
  iothread: BOOLEAN,
  product: { type: 'string', pattern: /^[A-Za-z0-9\-_\s]{0,16}$/ },
  queues: integer(2),
  ro: BOOLEAN,
  scsiblock: BOOLEAN,
  vendor: { type: 'string', pattern: /^[A-Za-z0-9\-_\s]{0,8}$/ },
};
const VIRTIO: PropertySchemas = { ...DISK, iothread: BOOLEAN, ro: BOOLEAN };
const EFI_DISK: PropertySchemas = {
  ...FILE,
  efitype: oneOf('2m', '4m'),
  format: oneOf('raw', 'qcow', 'qed', 'qcow2', 'vmdk', 'cloop'),
  'ms-cert': oneOf('2011', '2023', '2023w', '2023k'),
  'pre-enrolled-keys': BOOLEAN,
};
const TPM_STATE: PropertySchemas = {
  ...FILE,
  ...onlyIn9({ format: oneOf('raw', 'qcow2', 'vmdk') }),
  version: oneOf('v1.2', 'v2.0'),
};
const UNUSED: PropertySchemas = {
  volume: aliasOf('file'),
  file: { type: 'string', format: 'volume-id', required: true, isDefault: true },
};

/** Properties of a drive option, by the letters that its name begins with. */
const DRIVE_PROPERTIES: Readonly<Record<string, PropertySchemas>> = {
  ide: IDE,
  sata: SATA,
  scsi: SCSI,
  virtio: VIRTIO,
  efidisk: EFI_DISK,
  tpmstate: TPM_STATE,
  unused: UNUSED,
};

/** How many slots each kind of drive has, in the order in which PVE counts them up. */
const SLOTS = { ide: 4, scsi: 31, virtio: 16, sata: 6, efidisk: 1, tpmstate: 1 } as const;
const UNUSED_SLOTS = 256;

/** Every slot for a drive: `ide0`, …, `tpmstate0`. */
export const DRIVE_SLOTS: readonly string[] = Object.entries(SLOTS).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, slot) => `${kind}${slot}`),
);

/** Every place that can refer to a volume which no drive uses. */
export const UNUSED_ENTRIES: readonly string[] = Array.from(
  { length: UNUSED_SLOTS },
  (_, slot) => `unused${slot}`,
);

/** The schemas of all drive options. */
export const DRIVE_OPTIONS: Readonly<Record<string, ValueSchema>> = Object.fromEntries(
  [...DRIVE_SLOTS, ...UNUSED_ENTRIES].map(name => [name, propertyString(drivePropertiesOf(name))]),
);

/** The properties that a drive option such as `scsi0` may have. */
export function drivePropertiesOf(name: string): PropertySchemas {
  return DRIVE_PROPERTIES[name.replace(/\d+$/, '')] ?? {};
}

/** `cdrom` is another name of `ide2`. */
export const CDROM_ALIAS: ValueSchema = propertyString(IDE);
