import { driveSize } from '../../pve/text/volume-id.ts';
import { parseProperties } from '../../pve/text/property-string.ts';
import { differences, wantedSettings, type Differences } from '../../pve/settings/differences.ts';
import { growStep } from '../../pve/settings/growth.ts';
import { parseSize } from '../../pve/text/size.ts';
import { driveKeys, isCdrom, isCloudInitDrive, type VmConfig } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { type Change, type Step } from '../../sdk/step.ts';
import type { Clone } from './wanted.ts';

/** Settings in which the clone differs from what its entry says. */
export function cloneSettings(clone: Clone, config: VmConfig): readonly Change[] {
  const { changes, refused } = found(clone, config);
  const [first] = refused;
  if (first !== undefined)
    throw new UserError(
      `cannot configure clone ${clone.name}: ${first.key} ${first.reason}; take it out of its entry`,
    );
  return changes;
}

/** Disks that are to be larger: the boot disk, and those that the entry names. */
export function cloneGrowth(clone: Clone, config: VmConfig, label: string): Step[] {
  const declared = found(clone, config).growth;
  const boot = bootDisk(config);
  const target = parseSize(clone.disk_size ?? '');
  const current = boot === undefined ? undefined : driveSize(config.get(boot) ?? '');
  const grows = boot !== undefined && target !== undefined && current !== undefined && current < target;
  const all = [...declared, ...(grows ? [{ disk: boot, current, target }] : [])];
  return all.map(growth => growStep(clone.vmid, growth, `${growth.disk} of ${label}`));
}

function found(clone: Clone, config: VmConfig): Differences {
  // Disks name their storage; only firmware and TPM, which a clone has from its template, would ask for one.
  return differences(wantedSettings({ ...clone, disk_storage: '' }), config, clone.vmid);
}

function bootDisk(config: VmConfig): string | undefined {
  const order =
    parseProperties(config.get('boot') ?? '', 'legacy')
      .get('order')
      ?.split(';') ?? [];
  const disks = driveKeys(config).filter(key => {
    const drive = config.get(key) ?? '';
    return /^(?:scsi|virtio|sata|ide)/.test(key) && !isCdrom(drive) && !isCloudInitDrive(drive);
  });
  return order.find(key => disks.includes(key)) ?? disks[0];
}
