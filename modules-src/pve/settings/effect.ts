import type { Effect } from '../../sdk/step.ts';
import { isDrive } from './drives.ts';
import { parseProperties } from '../text/property-string.ts';
import { settingFormat } from './formats.ts';
import { isCdrom } from '../text/vm-config.ts';

/** Options that QEMU need not know about, and those of cloud-init, which the guest reads at its next boot. */
const AT_ONCE = new Set(
  (
    'autostart cpulimit cpuunits description hookscript migrate_downtime migrate_speed name onboot protection shares ' +
    'startup tags vmstatestorage'
  ).split(' '),
);
const CLOUD_INIT = /^(?:ci[a-z]+|nameserver|searchdomain|sshkeys|ipconfig\d+)$/;

/**
 * The machine that the guest was installed on. It could wait for the next start as other settings do; yet then some
 * restart, months later, would meet a guest with other names of its network devices, or one that does not boot.
 */
const MACHINE = new Set(['arch', 'bios', 'efidisk0', 'machine', 'scsihw', 'tpmstate0']);

/** Options of a disk that do not change what the guest or QEMU sees of it (qemu-server 9.2, vmconfig_update_disk). */
const DISK_AT_ONCE = /^(?:backup|replicate|shared|(?:m?bps|iops)(?:_rd|_wr)?(?:_max(?:_length)?)?)$/;

interface Difference {
  readonly key: string;
  readonly before: string | undefined;
  /** Undefined: the option is to be removed. */
  readonly after: string | undefined;
}

/**
 * When a running VM takes a change: at once, at its next start, or only while it is stopped. `config` is what it runs
 * with. Facts of qemu-server 8.4 and 9.2 (vmconfig_hotplug_pending), tried on the test node option by option.
 */
export function effectOf(change: Difference, config: ReadonlyMap<string, string>): Effect {
  const { key, after } = change;
  // What it runs with already: something that waited for the next start is taken back.
  if (after !== undefined && config.get(key) === after) return 'live';
  if (MACHINE.has(key)) return 'stop';
  return AT_ONCE.has(key) || CLOUD_INIT.test(key) || isPlugged(change, config) ? 'live' : 'reboot';
}

function isPlugged(change: Difference, config: ReadonlyMap<string, string>): boolean {
  const { key, after } = change;
  const features = hotplugFeatures(config.get('hotplug'));
  if (/^net\d+$/.test(key)) return features.has('network');
  if (key === 'tablet') return features.has('usb');
  if (/^usb\d+$/.test(key)) return features.has('usb') && takesUsb(config);
  if (key === 'hotplug') return !features.has('memory') && !hotplugFeatures(after).has('memory');
  if (key === 'vcpus') return features.has('cpu');
  if (key === 'memory') return features.has('memory') && config.get('numa') === '1';
  if (key === 'balloon') return config.get('balloon') !== '0' && after !== '0' && after !== undefined;
  return isDrive(key) && isPluggedDrive(change, features);
}

function isPluggedDrive({ key, before, after }: Difference, features: ReadonlySet<string>): boolean {
  if (before !== undefined && after !== undefined) {
    if (isCdrom(before)) return true;
    return changedProperties(before, after).every(name => DISK_AT_ONCE.test(name));
  }
  return /^(?:scsi|virtio)\d+$/.test(key) && features.has('disk');
}

function changedProperties(before: string, after: string): string[] {
  const [a, b] = [parseProperties(before, 'file'), parseProperties(after, 'file')];
  return [...new Set([...a.keys(), ...b.keys()])].filter(name => a.get(name) !== b.get(name));
}

/** USB devices are plugged into machines of version 7.1 and later, for guests that are known to cope with it. */
function takesUsb(config: ReadonlyMap<string, string>): boolean {
  const version = /-(\d+\.\d+)/.exec(config.get('machine') ?? '')?.[1] ?? 'newest';
  const [major = NaN, minor = 0] = version.split('.').map(Number);
  const isOld = major < 7 || (major === 7 && minor < 1);
  return !isOld && /^(?:l26|win8|win1[01])$/.test(config.get('ostype') ?? '');
}

function hotplugFeatures(hotplug: string | undefined): ReadonlySet<string> {
  const { absent = '' } = settingFormat('hotplug');
  const text = hotplug ?? absent;
  return new Set((text === '1' ? absent : text).split(/[,;\s]+/));
}
