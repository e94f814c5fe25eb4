import { driveSize } from '../text/volume-id.ts';
import { UserError } from '../../sdk/error.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import type { Change, QmProperties } from '../../sdk/step.ts';
import { agentText } from './agent.ts';
import { deviceSettings, type DeviceWishes } from './devices.ts';
import { imageDriveText } from './disk-options.ts';
import { driveDifference, isDrive } from './drives.ts';
import { driveOptionsText, imageDiskWish } from './image-disk.ts';
import { extraProblems } from './extra-config.ts';
import { changedDescription, KEEP_TAG, tagsIn, userDescription } from '../vms/marker.ts';
import { canonicalWord, parseProperties, renderProperties } from '../text/property-string.ts';
import { effectOf } from './effect.ts';
import type { Growth } from './growth.ts';
import type { settingOptions } from './options.ts';
import { flagText, renderSetting, sameSetting } from './values.ts';
import { nextValues, type VmConfig } from '../text/vm-config.ts';
import type { imageDiskOptions } from './disk-options.ts';

export type SettingWishes = ValuesOf<typeof settingOptions> &
  ValuesOf<typeof imageDiskOptions> &
  DeviceWishes & { readonly vmid: number };

/** Settings by their PVE names, in the form `qm` takes them; an empty text wants the option not to be there. */
export type Settings = ReadonlyMap<string, string>;

/** Options that are one setting of PVE each, with its name there. */
export const PLAIN_SETTINGS = [
  ['arch', 'arch'],
  ['cores', 'cores'],
  ['sockets', 'sockets'],
  ['cpu_type', 'cpu'],
  ['memory', 'memory'],
  ['balloon', 'balloon'],
  ['ostype', 'ostype'],
  ['scsihw', 'scsihw'],
  ['agent', 'agent'],
  ['hotplug', 'hotplug'],
  ['onboot', 'onboot'],
  ['protection', 'protection'],
  ['numa', 'numa'],
  ['keyboard', 'keyboard'],
  ['startup', 'startup'],
  ['hookscript', 'hookscript'],
  ['boot_order', 'boot'],
  ['description', 'description'],
  ['tags', 'tags'],
] as const satisfies readonly (readonly [keyof typeof settingOptions, string])[];

/** Every setting the user declared; what no variable mentions is not in it. */
export function wantedSettings(wishes: SettingWishes): Settings {
  const plain: Readonly<Record<string, string | number | boolean | undefined>> = {
    ...Object.fromEntries(PLAIN_SETTINGS.map(([option, key]) => [key, plainValue(wishes[option])])),
    agent: wishes.agent === undefined ? undefined : agentText(wishes.agent),
    // In YAML, `off` and `no` are false.
    hotplug: wishes.hotplug === undefined ? undefined : canonicalWord(wishes.hotplug),
    numa: wishes.numa ?? (plugsMemory(wishes.hotplug) ? true : undefined),
  };
  const all = { ...plain, ...deviceSettings(wishes), ...extraSettings(wishes) };
  return new Map(
    Object.entries(all).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, flagText(key, settingText(value))]],
    ),
  );
}

const plainValue = (
  value: SettingWishes[(typeof PLAIN_SETTINGS)[number][0]],
): string | number | boolean | undefined => (typeof value === 'object' ? value.join(';') : value);

/** QEMU plugs memory into NUMA nodes only, and a VM that is to without them does not start (qemu-server 9.2, Memory.pm). */
const plugsMemory = (hotplug: string | undefined): boolean =>
  hotplug?.split(/[,;\s]+/).includes('memory') === true;

const settingText = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value);

function extraSettings({
  extra_config: extra = {},
  image_disk: imageDisk,
  vmid,
}: SettingWishes): Record<string, string> {
  const [problem] = extraProblems(extra, imageDisk);
  if (problem !== undefined) {
    const { option, message, fix } = problem;
    throw new UserError(`cannot set up VM ${vmid}: ${option} in extra_config ${message}; ${fix}`);
  }
  return Object.fromEntries(Object.entries(extra).map(([key, value]) => [key, extraText(value)]));
}

function extraText(value: unknown): string {
  if (typeof value === 'boolean') return settingText(value);
  return isNone(value) ? '' : String(value);
}

/** As Jinja's `none`: the option is not to be there. */
const isNone = (value: unknown): boolean => value === null || value === undefined;

/** What is to be done about the settings of a VM, and what never will be. */
export interface Differences {
  readonly changes: readonly Change[];
  /** Disks to grow. */
  readonly growth: readonly Growth[];
  /** What is wanted and would lose data. */
  readonly refused: readonly Refusal[];
}

export interface Refusal {
  readonly key: string;
  readonly reason: string;
}

/**
 * The one plan for all settings: what must be done so that the configuration says what is wanted, each value in the form
 * that keeps what must be kept (volumes, MAC addresses, our marker). Values that wait for the next start count as set.
 */
export function differences(wanted: Settings, config: VmConfig, vmid: number): Differences {
  const found = nextValues(config);
  const each = [...wanted].map(([key, value]) =>
    isDrive(key) ? driveChanges(key, value, config) : plainChanges(key, value, found, vmid),
  );
  const changes = each.flatMap(one => one.changes);
  return {
    changes: [...changes, ...keptMachine(wanted, config, changes)].map(change => ({
      ...change,
      effect: effectOf(change, config),
    })),
    growth: each.flatMap(({ growth }) => growth),
    refused: each.flatMap(({ refused }) => refused),
  };
}

/**
 * Whoever names a guest system gets a machine made of the present one (qemu-server 9.2, update_vm), also where that one is
 * to go at the next start: a declared one is named with it.
 */
function keptMachine(
  wanted: Settings,
  { pendingDeletes }: VmConfig,
  changes: readonly Change[],
): readonly Change[] {
  const machine = wanted.get('machine') ?? '';
  const changed = changes.map(({ key }) => key);
  const isLost = changed.includes('ostype') && pendingDeletes.includes('machine') && machine !== '';
  return isLost && !changed.includes('machine')
    ? [{ key: 'machine', before: undefined, after: machine }]
    : [];
}

/** All differences of settings without drives. */
export const settingChanges = (wanted: Settings, config: VmConfig, vmid: number): readonly Change[] =>
  differences(wanted, config, vmid).changes;

/** Changes as `qm set` takes them. */
export function settingProperties(changes: readonly Change[]): QmProperties {
  const removed = changes.filter(({ after }) => after === undefined).map(({ key }) => key);
  const set = changes.flatMap(({ key, after }) => (after === undefined ? [] : [[key, after] as const]));
  return { ...Object.fromEntries(set), ...(removed.length > 0 && { delete: removed }) };
}

function driveChanges(key: string, wanted: string, config: VmConfig): Differences {
  const before = foundDrive(key, config);
  const nothing = { changes: [], growth: [], refused: [] };
  if (before === undefined)
    return wanted === '' ? nothing : { ...nothing, changes: [{ key, before, after: wanted }] };
  const { text, size, refused } = driveDifference(key, wanted, before);
  const current = driveSize(before) ?? 0;
  // What waits for the next start would bring the old size back; set anew, it gets the one that the volume has.
  const isStale = size !== undefined && config.pending.has(key);
  const after = text ?? (isStale ? before : undefined);
  return {
    changes: after === undefined ? [] : [{ key, before, after }],
    growth: size === undefined ? [] : [{ disk: key, current, target: size }],
    refused: refused.map(reason => ({ key, reason })),
  };
}

/** A drive as it will be at the next start, with the size that it has now: growing changes what runs alone. */
function foundDrive(key: string, config: VmConfig): string | undefined {
  const [now, next] = [config.get(key), nextValues(config).get(key)];
  if (now === undefined || next === undefined || now === next) return next;
  const [current, later] = [parseProperties(now, 'file'), parseProperties(next, 'file')];
  const size = current.get('size');
  if (size === undefined || current.get('file') !== later.get('file')) return next;
  return renderProperties(new Map([...later, ['size', size]]), 'file');
}

function plainChanges(key: string, declared: string, found: Settings, vmid: number): Differences {
  const isDescription = key === 'description';
  const wanted = key === 'tags' ? withKeepTag(declared, found) : declared;
  const before = isDescription ? plainDescription(found) : found.get(key);
  if (sameSetting(key, wanted, before)) return { changes: [], growth: [], refused: [] };
  const after = isDescription
    ? changedDescription(found, vmid, { text: wanted })
    : settingAfter(key, wanted, before);
  return { changes: [{ key, before, after }], growth: [], refused: [] };
}

const settingAfter = (key: string, wanted: string, before: string | undefined): string | undefined =>
  wanted === '' ? undefined : renderSetting(key, wanted, before);

const plainDescription = (found: Settings): string | undefined => {
  const text = userDescription(found.get('description') ?? '');
  return text === '' ? undefined : text;
};

/** Whoever gave the VM that tag did so to be asked. */
const withKeepTag = (tags: string, found: Settings): string =>
  tagsIn(found.get('tags') ?? '').includes(KEEP_TAG)
    ? [...new Set([...tagsIn(tags), KEEP_TAG])].join(';')
    : tags;

/** The options of the disk that a cloud image has become, where it is there. */
export function imageDiskSettings(wishes: SettingWishes, config: ReadonlyMap<string, string>): Settings {
  const { image_disk: slot } = wishes;
  const general = imageDriveText(wishes);
  const text =
    slot === undefined
      ? general
      : driveOptionsText(general, imageDiskWish(slot, wishes.disks, wishes.disk_storage));
  return new Map(slot === undefined || text === '' || !config.has(slot) ? [] : [[slot, text]]);
}
