import { slotFault } from '../../pve/data-disks/slot.ts';
import { nextValues, type VmConfig } from '../../pve/text/vm-config.ts';
import { keptText } from '../../pve/vms/removal.ts';
import { refusal, type Wanted, type Wish } from './wish.ts';

/** A name once in the declaration, and nothing else in its slot. */
export function requireOne(wanted: Wanted, wish: Wish, config: VmConfig): void {
  const { data_disks: disks, data_holder: holder, vmid } = wanted;
  const fault = slotFault(wish.slot, { disks, holder, vmid }, nextValues(config));
  if (fault !== undefined) throw refusal(wanted, wish, keptText(fault));
}
