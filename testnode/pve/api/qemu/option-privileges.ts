import { isDriveSlot } from '../../config/drive.ts';

/** Options that root@pam alone may set, whatever privileges others have. */
const ROOT_ALONE = /^(?:affinity|arch|args|hookscript|ivshmem|lock|parallel\d+)$/;

/** The privilege that an option of a VM asks for, by the area it belongs to. */
const AREAS: readonly (readonly [options: RegExp, ...privileges: readonly string[]])[] = [
  [/^(?:cores|cpu|cpulimit|cpuunits|numa\d*|smp|sockets|vcpus)$/, 'VM.Config.CPU'],
  [/^(?:allow-ksm|balloon|hugepages|keephugepages|memory|shares)$/, 'VM.Config.Memory'],
  [/^(?:boot|bootdisk|vmstatestorage|unused\d+)$/, 'VM.Config.Disk'],
  [/^net\d+$/, 'VM.Config.Network'],
  [
    /^(?:cicustom|cipassword|citype|ciupgrade|ciuser|ipconfig\d+|nameserver|searchdomain|sshkeys)$/,
    'VM.Config.Cloudinit',
    'VM.Config.Network',
  ],
  [
    /^(?:agent|autostart|bios|description|keyboard|localtime|migrate_downtime|migrate_speed|name|onboot|ostype|protection|reboot|startdate|startup|tags|tdf|template)$/,
    'VM.Config.Options',
  ],
  [/^freeze$/, 'VM.PowerMgmt'],
];

const OTHER = ['VM.Config.HWType'];

export function isRootAlone(option: string): boolean {
  return ROOT_ALONE.test(option);
}

/** Privileges of which one is enough for an option; none for drives, which have rules of their own. */
export function privilegesFor(option: string): readonly string[] {
  if (isDriveSlot(option)) return [];
  const [, ...privileges] = AREAS.find(([options]) => options.test(option)) ?? [undefined, ...OTHER];
  return privileges;
}
