import { saveConfig } from '../config/store.ts';
import type { Section, VmConfig } from '../config/sections.ts';
import { applyValue } from './pending.ts';
import { drivesOf, isCdrom, isCloudInitDrive, isDriveSlot, parseDrive } from '../config/drive.ts';
import { windowsVersion } from '../config/windows.ts';
import { detachDrive } from '../disks/unused.ts';
import { hasOperatingSystem } from '../guests/operating-system.ts';
import { ParameterFailure } from '../runtime/failure.ts';
import type { ParameterProblem } from '../runtime/failure.ts';
import { nodeSettings } from '../runtime/settings.ts';

const STILL_BUSY = "hotplug problem - error on hot-unplugging device 'NAME' - still busy in guest?\n";
const DEFAULT_FEATURES = 'network,disk,usb';

/** Options that QEMU need not know about. */
const IMMEDIATE = new Set(
  'autostart cpulimit cpuunits description hookscript lock migrate_downtime migrate_speed name onboot protection shares startup tags vmstatestorage'.split(
    ' ',
  ),
);
const CLOUD_INIT =
  /^(cicustom|cipassword|citype|ciupgrade|ciuser|nameserver|searchdomain|sshkeys|ipconfig\d+)$/;

/** Options whose change makes the cloud-init drive of the running guest outdated. */
const RECORDED =
  /^(name|cicustom|cipassword|citype|ciupgrade|ciuser|nameserver|searchdomain|sshkeys|ipconfig\d+|net\d+)$/;

/**
 * Applies those of the named pending changes that a running VM can take, and stores the result; the rest waits for a
 * restart. Fails at the end with what the guest did not let go.
 */
export async function hotplugPending(
  vmid: number,
  config: VmConfig,
  isMeant: (name: string) => boolean,
): Promise<void> {
  const problems: ParameterProblem[] = [];
  for (const [name, { force }] of [...config.pendingDelete].sort()) {
    if (!isMeant(name) || !canApply(config, name, undefined)) continue;
    if (needsGuestToUnplug(config.current, name)) {
      problems.push({ parameter: name, problem: STILL_BUSY.replace('NAME', name) });
      continue;
    }
    config.pendingDelete.delete(name);
    recordOutdated(config, name, undefined);
    if (isDriveSlot(name)) await detachDrive(vmid, config, name, force);
    else config.current.delete(name);
  }
  for (const [name, value] of [...config.pending].sort()) {
    if (!isMeant(name) || !canApply(config, name, value)) continue;
    config.pending.delete(name);
    recordOutdated(config, name, value);
    await applyValue(vmid, config, name, value);
  }
  saveConfig(vmid, config);
  if (problems.length > 0) throw new ParameterFailure(problems);
}

// A PCI device goes only when the guest's system lets it go; a pretended guest without a system never does.
function needsGuestToUnplug(current: Section, name: string): boolean {
  if (nodeSettings().guests === 'boot' || !current.has(name)) return false;
  return /^(net|virtio)\d+$/.test(name) && !hasOperatingSystem(current);
}

function canApply({ current }: VmConfig, name: string, value: string | undefined): boolean {
  if (IMMEDIATE.has(name) || CLOUD_INIT.test(name) || current.get(name) === value) return true;
  const features = hotplugFeatures(current);
  if (/^net\d+$/.test(name)) return features.includes('network');
  if (isDriveSlot(name)) return canChangeDrive(current, features, name, value);
  if (name === 'tablet') return features.includes('usb');
  if (/^usb\d+$/.test(name)) return features.includes('usb') && canPlugUsb(current);
  // Memory cannot begin or cease to be pluggable while the guest runs.
  if (name === 'hotplug')
    return !hotplugFeatures(new Map([['hotplug', value ?? '1']]))
      .concat(features)
      .includes('memory');
  if (name === 'vcpus') return features.includes('cpu');
  if (name === 'memory') return features.includes('memory') && current.get('numa') === '1';
  if (name === 'balloon') return current.get('balloon') !== '0' && value !== '0' && value !== undefined;
  return false;
}

/** USB ports can be plugged into machines since 7.1, and into guests that are known to cope. */
function canPlugUsb(current: Section): boolean {
  const [, major = 10, minor = 0] = (/-(\d+)\.(\d+)/.exec(current.get('machine') ?? '') ?? []).map(Number);
  const isNew = major > 7 || (major === 7 && minor >= 1);
  const ostype = current.get('ostype');
  return isNew && (ostype === 'l26' || windowsVersion(ostype) > 7);
}

function canChangeDrive(
  current: Section,
  features: readonly string[],
  slot: string,
  value: string | undefined,
): boolean {
  const isHotpluggableBus = /^(scsi|virtio)\d+$/.test(slot);
  const before = current.get(slot);
  if (before !== undefined && value !== undefined) {
    const [old, wanted] = [parseDrive(slot, before), parseDrive(slot, value)];
    if (isCdrom(old) && isCdrom(wanted)) return true;
    if (old.file === wanted.file) return hasSameGuestView(old.properties, wanted.properties);
  }
  return isHotpluggableBus && features.includes('disk');
}

// What the guest sees of a disk cannot change under it; limits, backup and replication can.
function hasSameGuestView(old: Section, wanted: Section): boolean {
  return [
    'aio',
    'cache',
    'discard',
    'detect_zeroes',
    'iothread',
    'queues',
    'ro',
    'serial',
    'ssd',
    'wwn',
  ].every(key => old.get(key) === wanted.get(key));
}

function recordOutdated(config: VmConfig, name: string, value: string | undefined): void {
  if (!RECORDED.test(name) || config.cloudInit.has(name)) return;
  if (!drivesOf(config.current).some(isCloudInitDrive)) return;
  const before = config.current.get(name);
  if (before === value) return;
  const added = (config.cloudInit.get('added') ?? '').split(',').filter(other => other !== '');
  if (before !== undefined) config.cloudInit.set(name, before);
  else if (!added.includes(name)) config.cloudInit.set('added', [...added, name].join(','));
}

function hotplugFeatures(current: Section): readonly string[] {
  const text = current.get('hotplug') ?? '1';
  if (text === '0') return [];
  return (text === '1' ? DEFAULT_FEATURES : text).split(/[,; ]+/);
}
