import { withMarker } from '../../pve/marker.ts';
import { ownRecord, type FoundVm } from '../../pve/own-vm.ts';
import { wantedSettings, type SettingWishes } from '../../pve/settings.ts';
import { qm, type Lane } from '../../sdk/step.ts';

export type Wanted = SettingWishes & { readonly name: string };

/** One `qm create` with everything that is known, or nothing when the VM is there. */
export function planCreate(wanted: Wanted, { record }: FoundVm): Lane[] {
  if (ownRecord(wanted, record, `create VM ${wanted.vmid} (${wanted.name})`) !== undefined) return [];
  const settings = createSettings(wanted);
  const changes = [...settings].map(([key, after]) => ({
    key,
    before: undefined,
    after: key === 'description' ? (wanted.description ?? '') : after,
  }));
  return [
    [
      {
        summary: `create VM ${wanted.vmid} (${wanted.name})`,
        action: qm('create', wanted.vmid, Object.fromEntries(settings)),
        changes: changes.filter(change => change.after !== ''),
      },
    ],
  ];
}

function createSettings(wanted: Wanted): Map<string, string> {
  const settings = new Map([['name', wanted.name], ...wantedSettings(wanted)]);
  settings.set('description', withMarker(wanted.description ?? '', { vmid: wanted.vmid }));
  if (wanted.pool !== undefined) settings.set('pool', wanted.pool);
  const boot = firstBoot(settings);
  // PVE fixes the boot order at creation from what exists then; a later import sets its own.
  if (boot !== undefined && !settings.has('boot')) settings.set('boot', boot);
  return settings;
}

function firstBoot(settings: ReadonlyMap<string, string>): string | undefined {
  const disk = [...settings.keys()].find(key => /^(?:scsi|virtio|sata|ide)\d+$/.test(key));
  const network = settings.has('net0') ? ['net0'] : [];
  return disk === undefined ? undefined : `order=${[disk, ...network].join(';')}`;
}
