import { isVersion9 } from '../runtime/settings.ts';
import {
  aliasOf,
  BOOLEAN,
  formatted,
  integer,
  listOf,
  oneOf,
  onlyIn9,
  propertyString,
  TEXT,
} from '../schema/kinds.ts';
import type { ParameterSchemas, PropertySchemas, ValueSchema } from '../schema/kinds.ts';
import { checkCpu, cpuModels } from '../schema/cpu.ts';
import { DEVICE_OPTIONS } from './device.ts';
import { DRIVE_OPTIONS } from './drive.ts';

const VOLUME = formatted('volume-id');

const AGENT: PropertySchemas = {
  enabled: { type: 'boolean', required: true, isDefault: true },
  'freeze-fs-on-backup': isVersion9() ? aliasOf('freeze-fs') : BOOLEAN,
  ...onlyIn9({ 'freeze-fs': BOOLEAN, 'guest-fsfreeze': aliasOf('freeze-fs') }),
  fstrim_cloned_disks: BOOLEAN,
  type: oneOf('virtio', 'isa'),
};

const CPU: PropertySchemas = {
  cputype: { type: 'string', isDefault: true },
  flags: { type: 'string', pattern: /^([+-][a-zA-Z0-9\-_.]+)(;[+-][a-zA-Z0-9\-_.]+)*$/ },
  hidden: BOOLEAN,
  'hv-vendor-id': { type: 'string', pattern: /^[a-zA-Z0-9]{1,12}$/ },
  ...onlyIn9({ 'guest-phys-bits': integer(32, 64), level: integer(0, 4_294_967_295) }),
  'phys-bits': formatted('phys-bits'),
  'reported-model': { type: 'string', enum: cpuModels() },
};

const INTEL_TDX: PropertySchemas = {
  type: { type: 'string', enum: ['tdx'], isDefault: true, required: true },
  attestation: { type: 'boolean', required: true },
  'vsock-cid': integer(2),
  'vsock-port': integer(0),
};

const MACHINE: PropertySchemas = {
  type: {
    type: 'string',
    isDefault: true,
    maxLength: 40,
    pattern:
      /^(pc|pc(-i440fx)?-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|q35|pc-q35-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|virt(?:-\d+(\.\d+)+)?(\+pve\d+)?)$/,
  },
  ...onlyIn9({ 'aw-bits': { type: 'number', min: 32, max: 64 } }),
  'enable-s3': BOOLEAN,
  'enable-s4': BOOLEAN,
  viommu: oneOf('intel', 'virtio'),
};

const BOOT: PropertySchemas = {
  legacy: { type: 'string', isDefault: true, pattern: /^[acdn]{1,4}$/ },
  order: formatted('boot-devices'),
};

/** cloud-init: what is written to the cloud-init drive. */
export const CLOUD_INIT_OPTIONS: ParameterSchemas = {
  cicustom: propertyString({ meta: VOLUME, network: VOLUME, user: VOLUME, vendor: VOLUME }),
  cipassword: TEXT,
  citype: oneOf('configdrive2', 'nocloud', 'opennebula'),
  ciupgrade: BOOLEAN,
  ciuser: TEXT,
  nameserver: listOf('address'),
  searchdomain: TEXT,
  sshkeys: formatted('url-encoded'),
};

/** Everything that a VM's configuration may hold: one table for create, set, clone and the parser of the file. */
export const VM_OPTIONS: ParameterSchemas = {
  ...DRIVE_OPTIONS,
  ...DEVICE_OPTIONS,
  ...CLOUD_INIT_OPTIONS,
  acpi: BOOLEAN,
  affinity: formatted('cpu-set'),
  agent: propertyString(AGENT),
  'amd-sev': propertyString({
    type: { type: 'string', enum: ['std', 'es', 'snp'], maxLength: 3, isDefault: true, required: true },
    'allow-smt': BOOLEAN,
    'kernel-hashes': BOOLEAN,
    'no-debug': BOOLEAN,
    'no-key-sharing': BOOLEAN,
  }),
  ...onlyIn9({ 'intel-tdx': propertyString(INTEL_TDX), 'allow-ksm': BOOLEAN }),
  arch: oneOf('x86_64', 'aarch64'),
  args: TEXT,
  autostart: BOOLEAN,
  balloon: integer(0),
  bios: oneOf('seabios', 'ovmf'),
  boot: propertyString(BOOT),
  bootdisk: formatted('boot-disk'),
  cores: integer(1),
  cpu: { ...propertyString(CPU), check: checkCpu },
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
  startup: formatted('startup-order'),
  tablet: BOOLEAN,
  tags: listOf('tag'),
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
  return configSchema(name) !== undefined && name !== 'digest';
}
