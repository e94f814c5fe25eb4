import type { DataDiskKeys } from '../../pve/data-disks/options.ts';
import { holderSteps } from '../../pve/data-disks/holder.ts';
import { usersOf } from '../../pve/data-disks/users.ts';
import { attachedName, dataDiskName, newDataVolume } from '../../pve/data-disks/volume.ts';
import { driveText } from '../../pve/settings/disk-options.ts';
import { driveDifference } from '../../pve/settings/drives.ts';
import { formatSize, parseSize } from '../../pve/text/size.ts';
import { parseProperties } from '../../pve/text/property-string.ts';
import { isFileStorage } from '../../pve/text/storage-config.ts';
import { declaredValues, isTemplate, parseVmConfig, type VmConfig } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { planOwnVm, type Identity } from '../../pve/vms/ownership.ts';
import { named } from '../../pve/vms/removal.ts';
import { idOf } from '../../pve/vms/volumes.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Change, type Lane, type Step } from '../../sdk/step.ts';
import type { Around, Observed } from './observe.ts';

export interface Wanted extends Identity {
  readonly data_disks: Readonly<Record<string, DataDiskKeys>>;
  readonly data_holder: number;
  readonly disk_storage: string;
}

/** A disk that is declared. */
interface Wish extends DataDiskKeys {
  readonly slot: string;
  /** The VM whose number it bears. */
  readonly holder: number;
  readonly storage: string;
}

const wishesOf = ({ data_disks: disks, data_holder: holder, disk_storage: general }: Wanted): Wish[] =>
  Object.entries(disks).map(([slot, keys]) => ({ ...keys, slot, holder, storage: keys.storage ?? general }));

const label = ({ vmid, name }: Identity): string => `VM ${vmid} (${name})`;

const refusal = (wanted: Wanted, { name }: Wish, why: string): UserError =>
  new UserError(`cannot attach data disk ${name} to ${label(wanted)}: ${why}`);

/** Make and attach what the VM lacks; grow and drive what it has as declared. Nothing is ever taken away. */
export function planDataDisks(wanted: Wanted, observed: Observed): readonly Lane[] {
  return planOwnVm(wanted, observed.vm, `attach data disks to ${label(wanted)}`, config => {
    const wishes = wishesOf(wanted);
    for (const wish of wishes) requireOne(wanted, wish, wishes, config);
    const values = declaredValues(config);
    const lacking = wishes.filter(({ slot }) => !values.has(slot));
    const shared = sharedOnes(wanted, wishes, observed);
    if (shared.length > 0 && observed.hasWorked) return [giveWay(wanted, shared, observed)];
    return [
      [
        ...attachSteps(wanted, lacking, observed.around, config),
        ...wishes.filter(wish => !lacking.includes(wish)).flatMap(wish => changeSteps(wanted, wish, config)),
      ],
    ];
  });
}

/** A name once in the declaration, and nothing else in its slot. */
function requireOne(wanted: Wanted, wish: Wish, wishes: readonly Wish[], config: VmConfig): void {
  const { name, slot, holder } = wish;
  const twin = wishes.find(other => other.name === name && other.slot !== slot);
  if (twin !== undefined)
    throw refusal(wanted, wish, `it is declared for ${twin.slot}, too; give each disk a name of its own`);
  const values = declaredValues(config);
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

function attachSteps(
  wanted: Wanted,
  wishes: readonly Wish[],
  around: Around | undefined,
  config: VmConfig,
): Step[] {
  if (wishes.length === 0 || around === undefined) return [];
  if (isTemplate(config))
    throw new UserError(
      `cannot attach data disks to ${label(wanted)}: it is a template; declare them for its clones`,
    );
  const places = wishes.map(wish => ({ wish, ...placeOf(wanted, wish, around) }));
  const drives = places.map(({ wish, volume }) => [wish.slot, withOptions(volume, wish)] as const);
  return [
    ...holderSteps(wanted.data_holder, around.holder, `attach data disks to ${label(wanted)}`),
    ...places.flatMap(({ allocation }) => allocation ?? []),
    {
      summary: `attach ${wishes.map(({ name }) => name).join(', ')} to ${label(wanted)}`,
      action: qm('set', wanted.vmid, Object.fromEntries(drives)),
      changes: drives.map(([key, after]): Change => ({ key, before: undefined, after })),
    },
  ];
}

interface Shared {
  readonly wish: Wish;
  readonly why: string;
}

/** Disks of the VM that others have, too. */
function sharedOnes(
  wanted: Wanted,
  wishes: readonly Wish[],
  { vm: { record }, around }: Observed,
): readonly Shared[] {
  const values = declaredValues(record?.config ?? parseVmConfig(''));
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
function giveWay(wanted: Wanted, shared: readonly Shared[], { vm }: Observed): Lane {
  const slots = shared.map(({ wish }) => wish.slot);
  const names = shared.map(({ wish }) => wish.name).join(', ');
  const reason = shared.map(({ wish, why }) => refusal(wanted, wish, why).message).join('; ');
  return [
    ...(vm.running
      ? []
      : [
          {
            summary: `detach ${names} from ${label(wanted)} again`,
            action: qm('set', wanted.vmid, { delete: slots }),
          },
        ]),
    { summary: `attach ${names} to ${label(wanted)}`, action: { kind: 'refuse', reason } },
  ];
}

/** Who has a disk, and how it is detached there. */
function takenBy({ vmid }: Wanted, wish: Wish, others: Around['others']): string | undefined {
  const users = usersOf(wish.name, wish.holder, vmid, others);
  if (users.length === 0) return undefined;
  const commands = users.map(one => detachCommand(one, wish)).join(', ');
  return `${named(users)} has it; detach it there with ${commands}, or choose another name`;
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

function detachCommand({ vmid, config }: Around['others'][number], { name, holder }: Wish): string {
  const slots = [...declaredValues(config)].filter(([, drive]) => attachedName(drive, holder) === name);
  return slots.length === 0
    ? `\`qm delsnapshot ${vmid} <name>\``
    : `\`qm set ${vmid} --delete ${slots.map(([slot]) => slot).join(',')}\``;
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

const withOptions = (volume: string, wish: Wish): string =>
  [volume, driveText(wish)].filter(text => text !== '').join(',');

/** Options and size of a disk that is attached. */
function changeSteps(wanted: Wanted, wish: Wish, config: VmConfig): Step[] {
  const { slot, name } = wish;
  const declared = declaredValues(config).get(slot) ?? '';
  const volume = driveVolume(declared);
  const { text } = driveDifference(
    slot,
    withOptions(volume === undefined ? '' : idOf(volume), wish),
    declared,
  );
  const drives: Step[] =
    text === undefined
      ? []
      : [
          {
            summary: `set options of data disk ${name}`,
            action: qm('set', wanted.vmid, { [slot]: text }),
            changes: [{ key: slot, before: declared, after: text }],
          },
        ];
  return [...drives, ...growSteps(wanted, wish, config)];
}

/** Bytes of a disk that is attached now; one that waits for the next start is grown after that. */
const sizeOf = (config: VmConfig, slot: string): number | undefined =>
  parseSize(parseProperties(config.get(slot) ?? '', 'file').get('size') ?? '');

function growSteps({ vmid }: Wanted, { slot, name, size }: Wish, config: VmConfig): Step[] {
  const [target, found] = [parseSize(size ?? ''), sizeOf(config, slot)];
  if (target === undefined || found === undefined || found >= target) return [];
  const [before, after] = [formatSize(found), formatSize(target)];
  return [
    {
      summary: `grow data disk ${name} from ${before} to ${after}`,
      action: qm('resize', vmid, { disk: slot, size: after }),
      changes: [{ key: `${slot} size`, before, after }],
    },
  ];
}

/** What is not as declared although nothing is done about it. */
export function dataDiskNotices(
  wanted: Wanted,
  { vm: { record } }: Observed,
): {
  readonly warnings: readonly string[];
} {
  if (record === undefined) return { warnings: [] };
  const { config } = record;
  return {
    warnings: wishesOf(wanted).flatMap(wish => {
      const [target, found] = [parseSize(wish.size ?? ''), sizeOf(config, wish.slot)];
      const waits = config.pending.has(wish.slot)
        ? [`data disk ${wish.name} of ${label(wanted)}: set, and waits for the next start of the VM`]
        : [];
      if (target === undefined || found === undefined || found <= target) return waits;
      return [
        ...waits,
        `data disk ${wish.name} of ${label(wanted)} has ${formatSize(found)}, more than the wanted ${formatSize(target)}: it is never shrunk`,
      ];
    }),
  };
}

export const dataDiskReport = (wanted: Wanted, { vm }: Observed): Readonly<Record<string, unknown>> => ({
  data_disks: Object.fromEntries(
    wishesOf(wanted).flatMap(({ slot, name, holder }) => {
      const drive = declaredValues(vm.record?.config ?? parseVmConfig('')).get(slot) ?? '';
      const volume = driveVolume(drive);
      if (volume === undefined || dataDiskName(volume, holder) !== name) return [];
      return [[slot, { name, volume: idOf(volume), size: parseProperties(drive, 'file').get('size') ?? '' }]];
    }),
  ),
});
