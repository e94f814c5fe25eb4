import { attachedName } from '../../pve/data-disks/volume.ts';
import { nextValues, type VmConfig } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { idOf } from '../../pve/vms/volumes.ts';
import { refusal, type Wanted, type Wish } from './wish.ts';

/** A name once in the declaration, and nothing else in its slot. */
export function requireOne(wanted: Wanted, wish: Wish, wishes: readonly Wish[], config: VmConfig): void {
  const { name, slot, holder } = wish;
  const twin = wishes.find(other => other.name === name && other.slot !== slot);
  if (twin !== undefined)
    throw refusal(wanted, wish, `it is declared for ${twin.slot}, too; give each disk a name of its own`);
  const values = nextValues(config);
  const elsewhere = [...values].find(([key, drive]) => key !== slot && attachedName(drive, holder) === name);
  if (elsewhere !== undefined)
    throw refusal(
      wanted,
      wish,
      `the VM has it as ${elsewhere[0]}; declare it there, or detach it with \`qm set ${wanted.vmid} --delete ${elsewhere[0]}\``,
    );
  const drive = values.get(slot);
  if (drive === undefined || attachedName(drive, holder) === name) return;
  const volume = driveVolume(drive);
  const what = attachedName(drive, holder) ?? '';
  throw refusal(
    wanted,
    wish,
    `${slot} holds ${volume === undefined ? drive : idOf(volume)}, ${what === '' ? 'which is no data disk' : `the data disk ${what}`}; ` +
      `choose another slot, or detach that one with \`qm set ${wanted.vmid} --delete ${slot}\``,
  );
}
