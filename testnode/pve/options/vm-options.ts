import { BOOLEAN, formatted, integer, oneOf, propertyString, TEXT } from '../schema/schema.ts';
import type { ParameterSchemas, PropertySchemas, ValueSchema } from '../schema/schema.ts';
import { DEVICE_OPTIONS } from './device-options.ts';
import { DRIVE_OPTIONS } from './drive-options.ts';

const VOLUME = formatted('volume-id');

const AGENT: PropertySchemas = {
  enabled: { type: 'boolean', required: true, isDefault: true },
  'freeze-fs': BOOLEAN,
  'freeze-fs-on-backup': BOOLEAN,
  fstrim_cloned_disks: BOOLEAN,
  type: oneOf('virtio', 'isa'),
};

const CPU: PropertySchemas = {
  cputype: { type: 'string', isDefault: true },
  flags: { type: 'string', pattern: /^([+-][a-zA-Z0-9\-_.]+)(;[+-][a-zA-Z0-9\-_.]+)*$/ },
  'guest-phys-bits': integer(32, 64),
  hidden: BOOLEAN,
  'hv-vendor-id': { type: 'string', pattern: /^[a-zA-Z0-9]{1,12}$/ },
  level: integer(0),
  'phys-bits': { type: 'string', pattern: /^(host|[0-9]{1,2})$/ },
  'reported-model': TEXT,
};

const MACHINE: PropertySchemas = {
  type: {
    type: 'string',
    isDefault: true,
    maxLength: 40,
    pattern:
      /^(pc|pc(-i440fx)?-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|q35|pc-q35-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|virt(?:-\d+(\.\d+)+)?(\+pve\d+)?)$/,
  },
  'aw-bits': integer(32, 64),
  'enable-s3': BOOLEAN,
  'enable-s4': BOOLEAN,
  viommu: oneOf('intel', 'virtio'),
};

const BOOT: PropertySchemas = {
  legacy: { type: 'string', isDefault: true, pattern: /^[acdn]{1,4}$/ },
  order: formatted('boot-devices'),
};

const STARTUP: PropertySchemas = {
  order: { type: 'integer', min: 0, isDefault: true },
  up: integer(0),
  down: integer(0),
};

/** cloud-init: what is written to the cloud-init drive. */
export const CLOUD_INIT_OPTIONS: ParameterSchemas = {
  cicustom: propertyString({ meta: VOLUME, network: VOLUME, user: VOLUME, vendor: VOLUME }),
  cipassword: TEXT,
  citype: oneOf('configdrive2', 'nocloud', 'opennebula'),
  ciupgrade: BOOLEAN,
  ciuser: TEXT,
  nameserver: TEXT,
  searchdomain: TEXT,
  sshkeys: formatted('url-encoded'),
};

/** Everything that a VM's configuration may hold: one table for create, set, clone and the parser of the file. */
export const VM_OPTIONS: ParameterSchemas = {
  ...DRIVE_OPTIONS,
  ...DEVICE_OPTIONS,
  ...CLOUD_INIT_OPTIONS,
  acpi: BOOLEAN,
  affinity: { type: 'string', pattern: /^\d+(-\d+)?(,\d+(-\d+)?)*$/ },
  agent: propertyString(AGENT),
  'allow-ksm': BOOLEAN,
  'amd-sev': propertyString({
    type: { type: 'string', enum: ['std', 'es', 'snp'], isDefault: true, required: true },
    'allow-smt': BOOLEAN,
    'kernel-hashes': BOOLEAN,
    'no-debug': BOOLEAN,
    'no-key-sharing': BOOLEAN,
  }),
  arch: oneOf('x86_64', 'aarch64'),
  args: TEXT,
  autostart: BOOLEAN,
  balloon: integer(0),
  bios: oneOf('seabios', 'ovmf'),
  boot: propertyString(BOOT),
  bootdisk: { type: 'string', pattern: /^(ide|sata|scsi|virtio)\d+$/ },
  cores: integer(1),
  cpu: { ...propertyString(CPU), format: 'cpu-type' },
  cpulimit: { type: 'number', min: 0, max: 128 },
  cpuunits: integer(1, 262144),
  description: { type: 'string', maxLength: 8 * 1024 },
  freeze: BOOLEAN,
  hookscript: formatted('volume-id'),
  hotplug: formatted('hotplug-features'),
  hugepages: oneOf('any', '2', '1024'),
  keephugepages: BOOLEAN,
  keyboard: oneOf(
    ...'de de-ch da en-gb en-us es fi fr fr-be fr-ca fr-ch hu is it ja lt mk nl no pl pt pt-br sv sl tr'.split(
      ' ',
    ),
  ),
  kvm: BOOLEAN,
  localtime: BOOLEAN,
  lock: oneOf(
    ...'backup clone create migrate rollback snapshot snapshot-delete suspending suspended'.split(' '),
  ),
  machine: propertyString(MACHINE),
  memory: propertyString({ current: { type: 'integer', min: 16, isDefault: true, required: true } }),
  migrate_downtime: { type: 'number', min: 0 },
  migrate_speed: integer(0),
  name: formatted('dns-name'),
  numa: BOOLEAN,
  onboot: BOOLEAN,
  ostype: oneOf(...'other wxp w2k w2k3 w2k8 wvista win7 win8 win10 win11 l24 l26 solaris'.split(' ')),
  protection: BOOLEAN,
  reboot: BOOLEAN,
  scsihw: oneOf('lsi', 'lsi53c810', 'virtio-scsi-pci', 'virtio-scsi-single', 'megasas', 'pvscsi'),
  shares: integer(0, 50000),
  smp: integer(1),
  sockets: integer(1),
  startdate: { type: 'string', pattern: /^(now|\d{4}-\d{1,2}-\d{1,2}(T\d{1,2}:\d{1,2}:\d{1,2})?)$/ },
  startup: propertyString(STARTUP),
  tablet: BOOLEAN,
  tags: formatted('tag-list'),
  tdf: BOOLEAN,
  template: BOOLEAN,
  vcpus: integer(1),
  vmgenid: { type: 'string', pattern: /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[01])$/i },
  vmstatestorage: formatted('storage-id'),
};

/** Keys that PVE itself writes into a configuration. */
const INTERNAL_OPTIONS: ParameterSchemas = {
  meta: TEXT,
  parent: TEXT,
  snaptime: integer(0),
  vmstate: TEXT,
  runningmachine: TEXT,
  runningcpu: TEXT,
  digest: TEXT,
};

/** The rule for a key of a configuration file, or nothing when PVE does not know the key. */
export function configSchema(key: string): ValueSchema | undefined {
  return VM_OPTIONS[key] ?? INTERNAL_OPTIONS[key];
}

/** True for what `--delete` may name. */
export function isVmOption(name: string): boolean {
  return name in VM_OPTIONS || name === 'vmstate';
}
