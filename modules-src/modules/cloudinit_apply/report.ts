import { addressesIn, cloudInitChanges, valuesAfter } from '../../pve/cloud-init/changes.ts';
import { cloudInitEffect, unreadDriveEffect, type DriveContent } from '../../pve/cloud-init/effect.ts';
import { cloudInitParts, instanceIdIn, type CloudInitParts } from '../../pve/cloud-init/files.ts';
import {
  attachedDrive,
  customParts,
  instanceDigits,
  instanceIn,
  isOurSnippet,
  type SnippetKind,
} from '../../pve/text/cloud-init-volumes.ts';
import {
  cloudInitDriveKey,
  nextValues,
  drivenValues,
  parseVmConfig,
  type VmConfig,
} from '../../pve/text/vm-config.ts';
import { wishesFor, type Observed, type Wanted } from './plan.ts';

/** Slot of the drive, PVE's or ours. */
const driveIn = (config: ReadonlyMap<string, string>): string | undefined =>
  cloudInitDriveKey(config) ?? attachedDrive(config)?.slot;

const configOf = ({ vm }: Observed): VmConfig => vm.record?.config ?? parseVmConfig('');

/** Where the drive is, who logs in, every address, and whether the guest will do what changed. */
export function cloudInitReport(
  wanted: Wanted,
  observed: Observed,
  first: Observed,
): Readonly<Record<string, unknown>> {
  const config = nextValues(configOf(observed));
  const [before, after] = [contentBefore(wanted, first), contentAfter(wanted, observed)];
  return {
    drive: driveIn(config),
    user: config.get('ciuser'),
    addresses: addressesIn(config),
    cloud_init: unreadEffect(first, observed, after) ?? cloudInitEffect(before, after, observed.vm.running),
    // The MAC addresses of a VM that is yet to be made are a part of it that nobody knows.
    instance_id: { before: before?.instanceId, after: observed.vm.assumed ? undefined : after.instanceId },
  };
}

/** Where a drive of our own cannot be read, its name tells. */
function unreadEffect(
  { drive, vm: was }: Observed,
  { vm }: Observed,
  after: DriveContent,
): string | undefined {
  const before = was.record && attachedDrive(nextValues(was.record.config))?.volume;
  if (before === undefined || drive !== undefined) return undefined;
  const now = vm.record && attachedDrive(nextValues(vm.record.config))?.volume;
  return now === before
    ? 'unchanged'
    : unreadDriveEffect(instanceIn(before) !== instanceDigits(after.instanceId), vm.running);
}

/** What the drive said: read from it, or, where it cannot be read, computed of what it was made of. */
function contentBefore(
  { vmid }: Wanted,
  { vm, drive, customTexts, resolver }: Observed,
): DriveContent | undefined {
  const config = vm.record?.config;
  if (config === undefined || driveIn(nextValues(config)) === undefined) return undefined;
  if (drive !== undefined) return content(drive, customTexts.has('meta'));
  const parts = cloudInitParts(vmid, drivenValues(config), resolver, customTexts);
  return content(partsOf(parts), customTexts.has('meta'));
}

/** What it says now, or in check mode would say. */
function contentAfter(wanted: Wanted, observed: Observed): DriveContent {
  const config = configOf(observed);
  const wishes = wishesFor(wanted, observed);
  const { properties } = cloudInitChanges(wishes, config);
  const values = valuesAfter(nextValues(config), properties);
  const snippets = wishes.snippets.map(snippet => [snippet.kind, snippet.content] as const);
  const volumes = customParts(nextValues(config));
  const theirs = [...observed.customTexts].filter(([kind]) => !isOurSnippet(volumes.get(kind) ?? ''));
  const custom = wishes.own?.texts ?? new Map([...theirs, ...snippets]);
  return content(partsOf(cloudInitParts(wanted.vmid, values, observed.resolver, custom)), custom.has('meta'));
}

const partsOf = ({ user, vendor, network, meta }: CloudInitParts): ReadonlyMap<SnippetKind, string> =>
  new Map([
    ['user', user],
    ['vendor', vendor],
    ['network', network],
    ['meta', meta],
  ]);

/** A meta part of PVE's is as good as its id: on a drive for Windows its text changes from one time to the next. */
function content(parts: ReadonlyMap<SnippetKind, string>, hasOwnMeta: boolean): DriveContent {
  const instanceId = instanceIdIn(parts.get('meta') ?? '');
  return { parts: hasOwnMeta ? parts : new Map([...parts, ['meta', instanceId ?? '']]), instanceId };
}
