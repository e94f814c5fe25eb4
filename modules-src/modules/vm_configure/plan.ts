import { planOwnVm, type FoundVm } from '../../pve/own-vm.ts';
import { settingChanges, wantedSettings, type SettingWishes } from '../../pve/settings.ts';
import { isTemplate, type VmConfig } from '../../pve/vm-config.ts';
import type { Pending } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Change, type Lane } from '../../sdk/step.ts';

export type Wanted = SettingWishes & { readonly name: string };

/** One `qm set` with what differs; nothing for a VM that check mode only assumes, because it is created complete. */
export function planConfigure(wanted: Wanted, found: FoundVm): readonly Lane[] {
  const purpose = `configure VM ${wanted.vmid} (${wanted.name})`;
  return planOwnVm(wanted, found, purpose, config => (found.assumed ? [] : setLanes(wanted, config)));
}

function setLanes(wanted: Wanted, config: VmConfig): Lane[] {
  const changes = settingChanges(wantedSettings(wanted), config, wanted.vmid);
  if (changes.length === 0) return [];
  if (isTemplate(config)) refuseNewDisks(wanted, changes);
  return [
    [
      {
        summary: `set ${changes.map(change => change.key).join(', ')} of VM ${wanted.vmid} (${wanted.name})`,
        action: qm('set', wanted.vmid, Object.fromEntries(changes.map(({ key, after }) => [key, after]))),
        changes,
      },
    ],
  ];
}

/** A disk added to a template would become a base image at once, and clones that exist would lack it. */
function refuseNewDisks({ vmid, name }: Wanted, changes: readonly Change[]): void {
  const disks = changes
    .map(change => change.key)
    .filter(key => /^(?:scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/.test(key));
  if (disks.length === 0) return;
  throw new UserError(
    `cannot add ${disks.join(', ')} to VM ${vmid} (${name}): it is a template; ` +
      'make a new template under another number, or take the disk out of the variables',
  );
}

/** Declared settings whose value is set but waits for the VM's next start. */
export function pendingSettings(wanted: Wanted, { record }: FoundVm): Pending[] {
  if (record === undefined) return [];
  const { config } = record;
  return [...wantedSettings(wanted).keys()]
    .filter(key => config.pending.has(key))
    .map(key => ({ key, current: config.get(key) ?? '', pending: config.pending.get(key) ?? '' }));
}
