import type { QmAction, QmProperties } from '../../sdk/step.ts';
import { parseProperties } from '../text/property-string.ts';
import { driveKeys, isCdrom, isCloudInitDrive } from '../text/vm-config.ts';
import { driveVolume } from '../text/volume-id.ts';

/** A privilege on a path of PVE's access control, such as `VM.Allocate` on `/vms/200`. */
export interface Privilege {
  readonly path: string;
  readonly privilege: string;
  /** Another one that lets do it as well. */
  readonly or?: string;
}

type Config = ReadonlyMap<string, string>;

const CPU = /^(?:cores|sockets|vcpus|cpu|cpulimit|cpuunits|numa\d*)$/;
const MEMORY = /^(?:memory|balloon|shares)$/;
const HARDWARE =
  /^(?:acpi|hotplug|kvm|machine|scsihw|smbios1|tablet|vga|watchdog|audio0|rng0|serial\d|usb\d+|hostpci\d+|virtiofs\d)$/;
const DISK = /^(?:boot|bootdisk|vmstatestorage)$/;
const DRIVE = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$/;
const CLOUD_INIT =
  /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/;
const NETWORK = /^net\d+$/;
/** They say how an operation is done, and set nothing. */
const NOT_SETTINGS = new Set(['pool', 'delete', 'digest', 'start', 'storage']);

/** The privilege that a setting needs; PVE asks `VM.Config.Options` for all that has no kind of its own. */
function settingPrivilege(name: string): string {
  if (CPU.test(name)) return 'VM.Config.CPU';
  if (MEMORY.test(name)) return 'VM.Config.Memory';
  if (HARDWARE.test(name)) return 'VM.Config.HWType';
  if (DISK.test(name) || DRIVE.test(name)) return 'VM.Config.Disk';
  if (CLOUD_INIT.test(name)) return 'VM.Config.Cloudinit';
  return NETWORK.test(name) ? 'VM.Config.Network' : 'VM.Config.Options';
}

/**
 * The privileges that an operation needs of an API token (climbed one by one until PVE 9.2 answered 200; the source that
 * says it is PVE/API2/Qemu.pm). `config` is what the VM has, of a clone what its source has. root@pam's ticket needs none.
 */
export function neededPrivileges(action: QmAction, config: Config = new Map()): readonly Privilege[] {
  return distinct(operationPrivileges(action, config));
}

function operationPrivileges({ verb, vmid, properties }: QmAction, config: Config): Privilege[] {
  const vm = (privilege: string): Privilege => ({ path: `/vms/${vmid}`, privilege });
  switch (verb) {
    case 'create':
      return creationPrivileges(vmid, properties);
    case 'set':
      return settingsPrivileges(`/vms/${vmid}`, properties, 'set', config);
    case 'resize':
      return [vm('VM.Config.Disk'), ...resizePrivileges(properties, config)];
    case 'clone':
      return [vm('VM.Clone'), ...clonePrivileges(properties, config)];
    case 'template':
    case 'destroy':
      return [vm('VM.Allocate')];
    case 'cloudinit update':
      return [vm('VM.Config.Cloudinit')];
    case 'start':
    case 'stop':
    case 'shutdown':
    case 'reboot':
      return [vm('VM.PowerMgmt')];
  }
}

/** PVE asks for the space in the task, when the call was accepted already. */
const resizePrivileges = ({ disk }: QmProperties, config: Config): Privilege[] =>
  typeof disk === 'string' ? spaceOfDrive(config.get(disk)) : [];

/** A clone has the disks of its source, linked or not, and its bridges. */
function clonePrivileges(properties: QmProperties, config: Config): Privilege[] {
  const { newid, storage } = properties;
  const drives = driveKeys(config).flatMap(key => spaceOfDrive(config.get(key)));
  const networks = [...config].filter(([name]) => NETWORK.test(name));
  return [
    { path: placeOf(Number(newid), properties), privilege: 'VM.Allocate' },
    ...(typeof storage === 'string' ? [spaceOn(storage)] : drives),
    ...networks.flatMap(([, network]) => bridgePrivilege(network)),
  ];
}

/** Who may work in a pool needs nothing on the VM itself. */
const placeOf = (vmid: number, { pool }: QmProperties): string =>
  typeof pool === 'string' ? `/pool/${pool}` : `/vms/${vmid}`;

function creationPrivileges(vmid: number, properties: QmProperties): Privilege[] {
  const path = placeOf(vmid, properties);
  return [
    { path, privilege: 'VM.Allocate' },
    ...(properties['start'] === true ? [{ path, privilege: 'VM.PowerMgmt' }] : []),
    ...settingsPrivileges(path, properties, 'create', new Map()),
  ];
}

function settingsPrivileges(
  path: string,
  properties: QmProperties,
  verb: 'create' | 'set',
  config: Config,
): Privilege[] {
  const set = Object.entries(properties).flatMap(([name, value]): Privilege[] =>
    value === undefined || NOT_SETTINGS.has(name)
      ? []
      : [...privilegesOf(path, name, value, verb), ...leftPrivileges(name, config)],
  );
  const deleted = (properties.delete ?? []).flatMap(name => deletionPrivileges(path, name, config));
  return [...set, ...deleted];
}

/** Whoever moves a network device needs the bridge that it leaves, too. */
const leftPrivileges = (name: string, config: Config): Privilege[] =>
  NETWORK.test(name) ? bridgePrivilege(config.get(name) ?? '') : [];

/** A detached disk stays on its storage; one that is removed from there, and a cloud-init drive, do not. */
function deletionPrivileges(path: string, name: string, config: Config): Privilege[] {
  const drive = config.get(name);
  if (drive !== undefined && isCloudInitDrive(drive)) return cloudInitDrivePrivileges(path);
  const own = { path, privilege: settingPrivilege(name) };
  return name.startsWith('unused') ? [own, ...spaceOfDrive(drive)] : [own];
}

function privilegesOf(
  path: string,
  name: string,
  value: NonNullable<QmProperties[string]>,
  verb: 'create' | 'set',
): Privilege[] {
  const own = {
    path,
    privilege: settingPrivilege(name),
    ...(CLOUD_INIT.test(name) && { or: 'VM.Config.Network' }),
  };
  const text = typeof value === 'string' ? value : '';
  if (DRIVE.test(name)) return drivePrivileges(own, text, verb);
  if (NETWORK.test(name)) return [own, ...bridgePrivilege(text)];
  if (name === 'startup') return [own, { path: '/', privilege: 'Sys.Modify' }];
  return [own, ...mappingPrivilege(name, text)];
}

/** A disk of a new VM asks for its space alone, and a cloud-init drive of one for nothing. */
function drivePrivileges(own: Privilege, drive: string, verb: 'create' | 'set'): Privilege[] {
  if (isCloudInitDrive(drive)) return verb === 'create' ? [] : cloudInitDrivePrivileges(own.path);
  const kind = isEmptyOrDisc(drive) ? { path: own.path, privilege: 'VM.Config.CDROM' } : own;
  return [
    ...(verb === 'create' ? [] : [kind]),
    ...newSpace(drive, verb),
    ...sourcePrivileges(drive),
    ...ownerPrivileges(own.path, drive),
  ];
}

/** A volume that another VM owns is attached by who may clone that one. */
function ownerPrivileges(path: string, drive: string): Privilege[] {
  const vmid = driveVolume(drive)?.vmid;
  const isForeign = vmid !== undefined && path.startsWith('/vms/') && path !== `/vms/${vmid}`;
  return isForeign ? [{ path: `/vms/${vmid}`, privilege: 'VM.Clone' }] : [];
}

const cloudInitDrivePrivileges = (path: string): Privilege[] =>
  ['VM.Config.CDROM', 'VM.Config.Cloudinit'].map(privilege => ({ path, privilege }));

const isEmptyOrDisc = (drive: string): boolean => isCdrom(drive) || /^(?:none|cdrom)\b/.test(drive);

/** A disk that the VM has already takes no space. */
function newSpace(drive: string, verb: 'create' | 'set'): Privilege[] {
  const volume = driveVolume(drive);
  if (volume === undefined || (verb === 'set' && volume.vmid !== undefined)) return [];
  return [isEmptyOrDisc(drive) ? fileOn(volume.storage) : spaceOn(volume.storage)];
}

function spaceOfDrive(drive: string | undefined): Privilege[] {
  const volume = driveVolume(drive ?? '');
  return volume === undefined ? [] : [spaceOn(volume.storage)];
}

/** The image, or the disk of another VM, that a disk is made from. */
function sourcePrivileges(drive: string): Privilege[] {
  const source = driveVolume(parseProperties(drive, 'file').get('import-from') ?? '');
  if (source === undefined) return [];
  return [
    fileOn(source.storage),
    ...(source.vmid === undefined ? [] : [{ path: `/vms/${source.vmid}`, privilege: 'VM.Clone' }]),
  ];
}

const spaceOn = (storage: string): Privilege => ({
  path: `/storage/${storage}`,
  privilege: 'Datastore.AllocateSpace',
});

/** A file that is there takes no space: who may see it may use it. */
const fileOn = (storage: string): Privilege => ({ ...spaceOn(storage), or: 'Datastore.Audit' });

/** Bridges belong to a zone that every node has; a VLAN is one level below its bridge. */
function bridgePrivilege(network: string): Privilege[] {
  const properties = parseProperties(network, 'model');
  const [bridge, tag] = [properties.get('bridge'), properties.get('tag')];
  if (bridge === undefined) return [];
  const path = `/sdn/zones/localnetwork/${bridge}${tag === undefined ? '' : `/${tag}`}`;
  return [{ path, privilege: 'SDN.Use' }];
}

/** Devices of the node are given to a VM by their mapping; without one they are root's alone to give. */
function mappingPrivilege(name: string, text: string): Privilege[] {
  const kind = /^(?:hostpci|usb)/.exec(name)?.[0] === 'usb' ? 'usb' : 'pci';
  const mapping = /^(?:hostpci|usb)\d+$/.test(name)
    ? parseProperties(text, 'host').get('mapping')
    : undefined;
  return mapping === undefined ? [] : [{ path: `/mapping/${kind}/${mapping}`, privilege: 'Mapping.Use' }];
}

/** What something needs that nothing else lets do is needed in any case. */
const distinct = (privileges: readonly Privilege[]): Privilege[] => {
  const strictLast = [...privileges].sort((a, b) => Number(a.or === undefined) - Number(b.or === undefined));
  return [...new Map(strictLast.map(one => [`${one.path} ${one.privilege}`, one])).values()];
};

/** What a clone has of its source, on the storage that a full one goes to. */
export const clonedConfig = (source: Config, { storage }: QmProperties): Config =>
  typeof storage === 'string'
    ? new Map(
        [...source].map(([key, value]) => [
          key,
          DRIVE.test(key) ? value.replace(/^[^:,]+:/, `${storage}:`) : value,
        ]),
      )
    : source;
