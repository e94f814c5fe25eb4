import { optionName, wayOut } from '../../sdk/option-name.ts';
import { valuesAfter, type CloudInitChanges } from '../../pve/cloud-init/changes.ts';
import {
  otherDrives,
  ownDriveChange,
  putDriveSteps,
  removeDriveSteps,
  type OwnDrive,
} from '../../pve/cloud-init/drive/own.ts';
import { copiedMarker, readMarker, userDescription, withMarker } from '../../pve/vms/marker.ts';
import { ownRecord, requireChangeable } from '../../pve/vms/ownership.ts';
import { settingProperties } from '../../pve/settings/differences.ts';
import { isAbandoned, recoverySteps, removeStubStep, waitStep } from '../../pve/vms/begun.ts';
import { refuseUsedSnippets, unusedVolumes } from '../../pve/vms/snippet-users.ts';
import { snippetSteps } from '../../pve/cloud-init/snippets.ts';
import { nextValues, type VmConfig } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Change, type Lane, type Step } from '../../sdk/step.ts';
import { cloneCloudInit, cloneSnippets } from './cloud-init.ts';
import { cloneDrive } from './drive.ts';
import { cloneGrowth, cloneSettings } from './settings.ts';
import { placementOf } from './placement.ts';
import type { Clone, FoundClone, Source } from './wanted.ts';

/** All that one clone still needs: made, told apart from its template, grown, started. */
export function cloneLane(found: FoundClone, source: Source): Lane {
  try {
    return steps(found, source);
  } catch (error) {
    // This clone cannot be made; the others can.
    if (error instanceof UserError) return refusal(found.clone.name, error.message);
    throw error;
  }
}

export const refusal = (name: string, reason: string): Lane => [
  { summary: `make clone ${name}`, action: { kind: 'refuse', reason } },
];

function steps(found: FoundClone, source: Source): Step[] {
  const { clone, vm } = found;
  const label = `clone ${clone.name} (${clone.vmid})`;
  const { remains } = vm;
  const isStub = vm.record !== undefined && isAbandoned(clone, vm.record);
  if (remains?.isBusy === true && (vm.record === undefined || isStub)) return [waitStep(clone, remains)];
  const recovery = recoverySteps(clone, remains);
  if (isStub) {
    const free = { ...found, vm: { ...vm, record: undefined } };
    return [removeStubStep(clone, vm.record), ...recovery, ...make(free, source, label)];
  }
  const record = ownRecord(clone, vm.record, `make ${label}`);
  if (record === undefined) return [...recovery, ...make(found, source, label)];
  // Its own node brings it to what is wanted.
  if (record.node === clone.node && !isReached(record.node, source)) return [];
  const todo = settle(found, source, record.config, label);
  const node = isReached(record.node, source) ? record.node : source.localNode;
  if (todo.length > 0) requireChangeable(record, node, `change ${label}`);
  return todo;
}

const isReached = (node: string, { localNode, reachesOtherNodes }: Source): boolean =>
  reachesOtherNodes || node === localNode;

function make(found: FoundClone, source: Source, label: string): Step[] {
  const { clone } = found;
  const { record: template, checkMode } = source;
  const { node = template.node } = clone;
  const settled = settle(found, source, asCopied(found, source), label);
  if (isReached(template.node, source)) {
    const created = create(found, source, label);
    return isReached(node, source) ? [created, ...settled] : [created];
  }
  // The template's own node makes it, or the node that has a template of the same name.
  if (!isReached(node, source)) return [];
  if (checkMode) return settled;
  throw new UserError(
    `cannot make ${label}: its template ${template.vmid} is on node ${template.node}, which has not made it; ` +
      wayOut({
        inRole: `run the role there first, with ${optionName('node')}: ${template.node}`,
        alone: `run it on ${template.node} first`,
      }),
  );
}

/** The configuration that `qm clone` leaves: the template's, under the clone's mark, with MAC addresses yet unknown. */
function asCopied({ clone, id }: FoundClone, { record: { config, vmid } }: Source): VmConfig {
  const { pending, pendingDeletes, outdatedCloudInit, snapshots, snapshotValues } = config;
  const copied = new Map(
    [...config].map(([key, value]) => [key, /^net\d+$/.test(key) ? value.replace(MAC, '') : value]),
  );
  copied.set('description', cloneDescription(clone, id, config, vmid));
  return Object.assign(copied, {
    pending,
    pendingDeletes,
    outdatedCloudInit,
    snapshots,
    snapshotValues,
  });
}

const MAC = /=(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i;

/** What tells the clone from its template, its size, its start. */
function settle(found: FoundClone, source: Source, config: VmConfig, label: string): Step[] {
  const { clone, vm, snippetTexts } = found;
  const snippets = cloneSnippets(found, source);
  const cloudInit = cloneCloudInit(clone, source, config, snippets);
  const settings = settingProperties(cloneSettings(clone, config));
  const drive = cloneDrive(found, source, valuesAfter(valuesAfter(config, settings), cloudInit.properties));
  // What the drive says has the MAC addresses, which the copy gives.
  const isLater = drive !== undefined && vm.record === undefined && !source.checkMode;
  const written = snippetSteps(snippets, snippetTexts);
  refuseUsedSnippets(written, clone.vmid, source.others, label);
  // Whether it runs is known to its own node alone.
  const starts = clone.start && !vm.running && isReached(vm.record?.node ?? source.localNode, source);
  // The start writes the cloud-init drive anew; a clone that runs, or stays off, needs it done.
  const isStale =
    drive === undefined &&
    vm.record !== undefined &&
    !starts &&
    cloudInit.changes.length + written.length > 0;
  return [
    ...written,
    ...configure(found, source, config, cloudInit, label),
    ...cloneGrowth(clone, config, label),
    ...(drive === undefined || isLater ? [] : giveDrive(found, source, config, drive, label)),
    ...(isStale ? [refresh(clone, label)] : []),
    ...(starts && !isLater ? [start(clone, label)] : []),
  ];
}

/** Written, put into the place of the template's, and what it follows on removed. */
function giveDrive(
  { clone: { vmid }, id }: FoundClone,
  { drives: { isoImages }, others }: Source,
  config: VmConfig,
  drive: OwnDrive,
  label: string,
): Step[] {
  const changes = ownDriveChange(drive, nextValues(config));
  const properties = Object.fromEntries(changes.map(({ key, after }) => [key, after]));
  const left = unusedVolumes(otherDrives({ vmid, id }, isoImages, drive), vmid, others);
  return [
    ...putDriveSteps(drive, isoImages, label),
    ...(changes.length === 0
      ? []
      : [{ summary: `give ${label} its cloud-init drive`, action: qm('set', vmid, properties), changes }]),
    ...removeDriveSteps(left),
  ];
}

/** The mark goes with the copy, so that a run that dies after it leaves a clone that the next one knows. */
function create({ clone, id }: FoundClone, { record, storages }: Source, label: string): Step {
  const { full, storage, target } = placementOf(clone, record, storages);
  return {
    summary: `make ${label} of ${record.config.get('name') ?? record.vmid}${target === undefined ? '' : ` on ${target}`}`,
    action: qm('clone', record.vmid, {
      newid: clone.vmid,
      name: clone.name,
      description: cloneDescription(clone, id, record.config, record.vmid),
      full: full || undefined,
      storage,
      target,
      pool: clone.pool,
    }),
    changes: [{ key: 'vmid', before: undefined, after: String(clone.vmid) }],
  };
}

/** One `qm set` with all that tells the clone from its template. */
function configure(
  { clone, id }: FoundClone,
  source: Source,
  config: VmConfig,
  cloudInit: CloudInitChanges,
  label: string,
): Step[] {
  const own = cloneSettings(clone, config);
  const marker = markerChange(clone, id, source, config);
  const changes = [...own, ...cloudInit.changes];
  if (changes.length === 0 && marker === undefined) return [];
  const settings = settingProperties(own);
  const removed = [settings, cloudInit.properties].flatMap(({ delete: names = [] }) => names);
  return [
    {
      summary: `configure ${label}`,
      action: qm('set', clone.vmid, {
        ...settings,
        ...cloudInit.properties,
        ...(removed.length > 0 && { delete: removed }),
        ...(marker !== undefined && { description: marker }),
      }),
      changes,
    },
  ];
}

/** A clone that was made without a mark of its own, by hand or by an older run, gets one. */
function markerChange(clone: Clone, id: string, { record }: Source, config: VmConfig): string | undefined {
  const description = nextValues(config).get('description') ?? '';
  if (readMarker(description, clone.vmid) !== undefined) return undefined;
  return cloneDescription(
    { ...clone, description: clone.description ?? userDescription(description) },
    id,
    record.config,
    record.vmid,
  );
}

/** The description that a copy brings names the template's VMID: the clone has a mark of its own. */
function cloneDescription(clone: Clone, id: string, template: VmConfig, from: number): string {
  const description = template.get('description') ?? '';
  const origin = readMarker(description, from);
  const text = clone.description ?? userDescription(description);
  return withMarker(text, { vmid: clone.vmid, id, ...copiedMarker(origin), clonedFrom: from });
}

const refresh = ({ vmid }: Clone, label: string): Step => ({
  summary: `write the cloud-init drive of ${label} anew`,
  action: qm('cloudinit update', vmid),
  // No configuration says whether the drive was written.
  isTraceless: true,
});

const started: readonly Change[] = [{ key: 'state', before: 'stopped', after: 'running' }];

const start = ({ vmid }: Clone, label: string): Step => ({
  summary: `start ${label}`,
  action: qm('start', vmid),
  changes: started,
});
