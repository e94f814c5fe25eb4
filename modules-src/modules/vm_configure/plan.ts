import { saidOf, type assumedOption } from '../../pve/settings/assumed.ts';
import { isDrive, isMedium } from '../../pve/settings/drives.ts';
import { changedDescription, isSealed, userDescription } from '../../pve/vms/marker.ts';
import { planOwnVm, type FoundVm } from '../../pve/vms/ownership.ts';
import {
  differences,
  imageDiskSettings,
  settingProperties,
  wantedSettings,
  type Differences,
  type Settings,
  type SettingWishes,
} from '../../pve/settings/differences.ts';
import { growStep } from '../../pve/settings/growth.ts';
import { nextValues, isTemplate, type VmConfig } from '../../pve/text/vm-config.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Change, type Lane, type Step } from '../../sdk/step.ts';

export type Wanted = SettingWishes &
  ValuesOf<typeof assumedOption> & {
    readonly name: string;
    readonly apply: 'live' | 'reboot' | 'stop';
    /** Seconds. */
    readonly shutdown_timeout: number;
  };

/**
 * One `qm set` with what differs, the growth of disks, and a restart where one is allowed and needed; nothing for a VM
 * that check mode only assumes, because it is created complete.
 */
export function planConfigure(wanted: Wanted, found: FoundVm): readonly Lane[] {
  const purpose = `configure ${label(wanted)}`;
  return planOwnVm(wanted, found, purpose, config =>
    found.assumed ? [] : [steps(wanted, found.running, config)].filter(lane => lane.length > 0),
  );
}

const label = ({ vmid, name }: Wanted): string => `VM ${vmid} (${name})`;

/** Every declared setting, those of the disk that came from an image included. */
export function declaredSettings(wanted: Wanted, config: VmConfig): Settings {
  const said = saidOf(wanted, config);
  return new Map([...wantedSettings(said), ...imageDiskSettings(said, config)]);
}

/** Changes that are made now, and those that only a VM that is stopped may take. */
export function sortChanges(
  { apply }: Wanted,
  running: boolean,
  changes: readonly Change[],
): { readonly now: readonly Change[]; readonly waiting: readonly Change[] } {
  // What does not run takes everything at once.
  if (!running) return { now: changes.map(change => ({ ...change, effect: 'live' })), waiting: [] };
  const waits = (change: Change): boolean => change.effect === 'stop' && apply !== 'stop';
  return { now: changes.filter(change => !waits(change)), waiting: changes.filter(waits) };
}

function steps(wanted: Wanted, running: boolean, config: VmConfig): Lane {
  const settings = declaredSettings(wanted, config);
  const found = differences(settings, config, wanted.vmid);
  if (isTemplate(config)) refuseOnTemplate(wanted, config, found);
  const { now } = sortChanges(wanted, running, found.changes);
  // A value that waits for the next start is stored with the size of the disk: grown first, it has the new one.
  const set = [
    ...found.growth.map(growth => growStep(wanted.vmid, growth)),
    ...setSteps(wanted, now, config),
    ...bootSteps(wanted, settings, now),
  ];
  if (!running) return set;
  if (now.some(({ effect }) => effect === 'stop')) return [stop(wanted), ...set, start(wanted)];
  const waitsForRestart = now.some(({ effect }) => effect === 'reboot') || isPending(settings, config);
  return waitsForRestart ? [...set, ...restart(wanted)] : set;
}

/** Whether an earlier run left a declared setting to the next start. */
const isPending = (settings: Settings, { pending, pendingDeletes }: VmConfig): boolean =>
  [...settings.keys()].some(key => pending.has(key) || pendingDeletes.includes(key));

function setSteps(wanted: Wanted, changes: readonly Change[], config: VmConfig): Step[] {
  if (changes.length === 0) return [];
  const keys = changes.map(change => change.key).join(', ');
  const notes = notesFor(wanted, changes, config);
  const action = qm('set', wanted.vmid, { ...settingProperties(changes), ...notes });
  return [{ summary: `set ${keys} of ${label(wanted)}`, action, changes: changes.map(asWritten) }];
}

/** The marker knows the tags as we left them. */
function notesFor(
  { vmid }: Wanted,
  changes: readonly Change[],
  config: VmConfig,
): { readonly description?: string } {
  const after = (key: string): Change | undefined => changes.find(change => change.key === key);
  const [tags, notes] = [after('tags'), after('description')];
  const found = nextValues(config);
  if (tags === undefined || !isSealed(found, vmid)) return {};
  const text = notes === undefined ? undefined : userDescription(notes.after ?? '');
  return { description: changedDescription(found, vmid, { text, tags: tags.after ?? '' }) };
}

/** Our marker is nothing that a user would write. */
const asWritten = (change: Change): Change =>
  change.key === 'description' ? { ...change, after: userDescription(change.after ?? '') } : change;

/** Whoever puts a disc in finds its drive at the end of the boot order (qemu-server 9.2): a declared one is set after it. */
function bootSteps(wanted: Wanted, settings: Settings, changes: readonly Change[]): Step[] {
  const boot = settings.get('boot');
  const added = changes.filter(
    ({ key, after = '' }) => isDrive(key) && isMedium(after) && boot?.includes(key) === false,
  );
  if (boot === undefined || boot === '' || added.length === 0) return [];
  return [{ summary: `keep the boot order of ${label(wanted)}`, action: qm('set', wanted.vmid, { boot }) }];
}

function restart(wanted: Wanted): Step[] {
  switch (wanted.apply) {
    case 'live':
      return [];
    case 'reboot': {
      const action = qm('reboot', wanted.vmid, { timeout: wanted.shutdown_timeout });
      return [{ summary: `restart ${label(wanted)}`, action }];
    }
    case 'stop':
      return [stop(wanted), start(wanted)];
  }
}

const stop = (wanted: Wanted): Step => ({
  summary: `stop ${label(wanted)}`,
  action: qm('shutdown', wanted.vmid, { timeout: wanted.shutdown_timeout, forceStop: true }),
});

const start = (wanted: Wanted): Step => ({
  summary: `start ${label(wanted)}`,
  action: qm('start', wanted.vmid),
});

/** A disk added to a template would become a base image at once, and clones that exist would lack it. */
function refuseOnTemplate(wanted: Wanted, config: VmConfig, { changes, growth }: Differences): void {
  const added = changes.map(({ key }) => key).filter(key => isDrive(key) && !config.has(key));
  const refused = [
    ...(added.length > 0 ? [`add ${added.join(', ')} to`] : []),
    ...(growth.length > 0 ? [`grow ${growth.map(({ disk }) => disk).join(', ')} of`] : []),
  ];
  if (refused.length === 0) return;
  throw new UserError(
    `cannot ${refused.join(' and ')} ${label(wanted)}: it is a template; ` +
      'make a new template under another VMID, or take the disk out of the variables',
  );
}
