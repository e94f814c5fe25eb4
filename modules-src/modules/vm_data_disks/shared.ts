import { usersOf } from '../../pve/data-disks/users.ts';
import { attachedName } from '../../pve/data-disks/volume.ts';
import { nextValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { named } from '../../pve/vms/removal.ts';
import { qm, type Lane } from '../../sdk/step.ts';
import type { Around, Observed } from './observe.ts';
import { labelOf, refusal, type Wanted, type Wish } from './wish.ts';

interface Shared {
  readonly wish: Wish;
  readonly why: string;
}

/** Disks of the VM that others have, too. */
export function sharedOnes(
  wanted: Wanted,
  wishes: readonly Wish[],
  { vm: { record }, around }: Observed,
): readonly Shared[] {
  const values = nextValues(record?.config ?? parseVmConfig(''));
  return wishes
    .filter(({ slot }) => values.has(slot))
    .flatMap(wish => {
      const why = takenBy(wanted, wish, around?.others ?? []);
      return why === undefined ? [] : [{ wish, why }];
    });
}

/**
 * A run of another controller may attach a disk to its VM at the same moment, and no lock is known to both: who sees that
 * afterwards gives way, before its VM is started. Out of a guest that runs nothing is taken.
 */
export function giveWay(wanted: Wanted, shared: readonly Shared[], { vm }: Observed): Lane {
  const slots = shared.map(({ wish }) => wish.slot);
  const names = shared.map(({ wish }) => wish.name).join(', ');
  const reason = shared.map(({ wish, why }) => refusal(wanted, wish, why).message).join('; ');
  return [
    ...(vm.running
      ? []
      : [
          {
            summary: `detach ${names} from ${labelOf(wanted)} again`,
            action: qm('set', wanted.vmid, { delete: slots }),
          },
        ]),
    { summary: `attach ${names} to ${labelOf(wanted)}`, action: { kind: 'refuse', reason } },
  ];
}

/** Who has a disk, and how it is detached there. */
export function takenBy({ vmid }: Wanted, wish: Wish, others: Around['others']): string | undefined {
  const users = usersOf(wish.name, wish.holder, vmid, others);
  if (users.length === 0) return undefined;
  const commands = users.map(one => detachCommand(one, wish)).join(', ');
  return `${named(users)} has it; detach it there with ${commands}, or choose another name`;
}

function detachCommand({ vmid, config }: Around['others'][number], { name, holder }: Wish): string {
  const slots = [...nextValues(config)].filter(([, drive]) => attachedName(drive, holder) === name);
  return slots.length === 0
    ? `\`qm delsnapshot ${vmid} <name>\``
    : `\`qm set ${vmid} --delete ${slots.map(([slot]) => slot).join(',')}\``;
}
