import { holderSteps } from '../../pve/data-disks/holder.ts';
import { dataDiskName, newDataVolume } from '../../pve/data-disks/volume.ts';
import { formatSize, parseSize } from '../../pve/text/size.ts';
import { isFileStorage } from '../../pve/text/storage-config.ts';
import { isTemplate, type VmConfig } from '../../pve/text/vm-config.ts';
import { idOf } from '../../pve/vms/volumes.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Change, type Step } from '../../sdk/step.ts';
import type { Around } from './observe.ts';
import { takenBy } from './shared.ts';
import { labelOf, refusal, withOptions, type Wanted, type Wish } from './wish.ts';

/** The disks that the VM lacks, made where there are none yet. */
export function attachSteps(
  wanted: Wanted,
  wishes: readonly Wish[],
  around: Around | undefined,
  config: VmConfig,
): Step[] {
  if (wishes.length === 0 || around === undefined) return [];
  if (isTemplate(config))
    throw new UserError(
      `cannot attach data disks to ${labelOf(wanted)}: it is a template; declare them for its clones`,
    );
  const places = wishes.map(wish => ({ wish, ...placeOf(wanted, wish, around) }));
  const drives = places.map(({ wish, volume }) => [wish.slot, withOptions(volume, wish)] as const);
  return [
    ...holderSteps(wanted.data_holder, around.holder, `attach data disks to ${labelOf(wanted)}`),
    ...places.flatMap(({ allocation }) => allocation ?? []),
    {
      summary: `attach ${wishes.map(({ name }) => name).join(', ')} to ${labelOf(wanted)}`,
      action: qm('set', wanted.vmid, Object.fromEntries(drives)),
      changes: drives.map(([key, after]): Change => ({ key, before: undefined, after })),
    },
  ];
}

/** The volume of a disk, and what makes it where there is none. */
function placeOf(
  wanted: Wanted,
  wish: Wish,
  { others, storages, volumes }: Around,
): { readonly volume: string; readonly allocation?: Step } {
  const { name, holder, storage: id } = wish;
  const taken = takenBy(wanted, wish, others);
  if (taken !== undefined) throw refusal(wanted, wish, taken);
  const found = volumes.filter(volume => dataDiskName(volume, holder) === name);
  const existing = found.find(volume => volume.storage === id);
  if (existing !== undefined) return { volume: idOf(existing) };
  if (found.length > 0)
    throw refusal(
      wanted,
      wish,
      `it is ${found.map(idOf).join(', ')}, not on storage ${id}; write the storage that it is on`,
    );
  return allocationOf(wanted, wish, storages);
}

function allocationOf(
  wanted: Wanted,
  wish: Wish,
  storages: Around['storages'],
): { readonly volume: string; readonly allocation: Step } {
  const { name, holder, storage: id } = wish;
  const storage = storages.find(one => one.id === id);
  if (storage === undefined)
    throw refusal(wanted, wish, `storage ${id} does not hold disks of this node; choose another storage`);
  const bytes = parseSize(wish.size ?? '');
  if (bytes === undefined || bytes === 0)
    throw refusal(wanted, wish, `there is none on ${id} yet, and no size to make it with; set its size`);
  // A block storage knows raw volumes alone.
  const format = isFileStorage(storage) ? (wish.format ?? 'raw') : 'raw';
  const volume = newDataVolume(holder, name, storage, format);
  return {
    volume,
    allocation: {
      summary: `make data disk ${name} of ${formatSize(bytes)}: ${volume}`,
      action: { kind: 'allocate-volume', volume, vmid: holder, bytes, format },
      changes: [{ key: `data disk ${name}`, before: undefined, after: `${volume}, ${formatSize(bytes)}` }],
    },
  };
}
