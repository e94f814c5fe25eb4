import { cloudInitChanges, type CloudInitWishes } from '../../pve/cloud-init/changes.ts';
import {
  cloudInitWarnings,
  wishesOf,
  type CloudInitMaterial,
  type CloudInitWanted,
} from '../../pve/cloud-init/wanted.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { Notices } from '../../sdk/define-module.ts';
import type { FoundSnippets } from '../../pve/cloud-init/find-snippets.ts';
import { hiddenWarnings } from '../../pve/cloud-init/own-files.ts';
import {
  isWrittenOver,
  refuseUsedSnippets,
  unusedSnippets,
  unusedVolumes,
} from '../../pve/vms/snippet-users.ts';
import { planOwnVm, type FoundVm } from '../../pve/vms/ownership.ts';
import type { Resolver } from '../../sdk/readings.ts';
import {
  customParts,
  isDriveOf,
  isOurSnippet,
  SNIPPET_KINDS,
  type SnippetKind,
  type SnippetPlace,
} from '../../pve/text/cloud-init-volumes.ts';
import { ownDriveChange, putDriveSteps } from '../../pve/cloud-init/drive/own.ts';
import { removeSnippetSteps, snippetSteps, type Snippet } from '../../pve/cloud-init/snippets.ts';
import { cloudInitDriveKey, nextValues, type VmConfig } from '../../pve/text/vm-config.ts';
import { saidOf, type assumedOption } from '../../pve/settings/assumed.ts';
import { isOfOurMaking } from '../../pve/vms/marker.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import { qm, type Change, type Lane, type QmProperties, type Step } from '../../sdk/step.ts';
import { removeOtherDrives, wantedDrive } from './drive.ts';

export type Wanted = CloudInitWanted & ValuesOf<typeof assumedOption> & { readonly storage: string };

export interface Observed extends CloudInitMaterial {
  readonly vm: FoundVm;
  /** Every VM of the cluster; read only where something that exists is to be changed or removed. */
  readonly others: readonly VmRecord[];
  /** Our snippets of this VM that exist where snippets go, by volume. */
  readonly snippetTexts: ReadonlyMap<string, string>;
  /** Our snippets of this VM on any storage. */
  readonly ownSnippets: FoundSnippets;
  /** Contents of the snippets that `cicustom` names, ours or the user's. */
  readonly customTexts: ReadonlyMap<SnippetKind, string>;
  /** ISO images where a drive of our own is, or is to be. */
  readonly isoImages: readonly string[];
  /** What the VM's cloud-init drive says; undefined where it cannot be read. */
  readonly drive: ReadonlyMap<SnippetKind, string> | undefined;
  /** The resolver of the node. */
  readonly resolver: Resolver;
}

/** What is wanted; of a VM that somebody else has made, only what the user says. */
export function wishesFor(wanted: Wanted, observed: Observed): CloudInitWishes {
  const { record, assumed } = observed.vm;
  if (
    wanted.assumed === undefined ||
    record === undefined ||
    assumed ||
    isOfOurMaking(record.config, wanted.vmid)
  )
    return wishesOf(wanted, observed);
  const said = saidOf(wanted, record.config);
  const wishes = { ...wishesOf(said, observed), type: said.type };
  const saysNothing =
    cloudInitChanges({ ...wishes, driveStorage: undefined }, record.config).changes.length === 0;
  return saysNothing && wishes.snippets.length === 0 ? { ...wishes, driveStorage: undefined } : wishes;
}

/** Snippets that differ, then one `qm set` with what differs, then the drive anew if its content changed. */
export function planCloudInit(wanted: Wanted, observed: Observed): readonly Lane[] {
  const label = `VM ${wanted.vmid} (${wanted.name})`;
  return planOwnVm(wanted, observed.vm, `apply cloud-init to ${label}`, config =>
    cloudInitLanes(wanted, observed, config, label),
  );
}

function cloudInitLanes(wanted: Wanted, observed: Observed, config: VmConfig, label: string): Lane[] {
  const wishes = wishesFor(wanted, observed);
  const written = snippetSteps(wishes.snippets, observed.snippetTexts);
  refuseUsedSnippets(written, wanted.vmid, observed.others, label);
  const { changes: settings, properties, addsDrive } = cloudInitChanges(wishes, config);
  const { vmid, name, hostname = name } = wanted;
  const { id, isoImages, others, resolver } = observed;
  const drive = wantedDrive(hostname, wishes.own, resolver, config, properties);
  const attached = drive === undefined ? [] : ownDriveChange(drive, nextValues(config));
  const changes = [...settings, ...attached];
  const action = qm('set', wanted.vmid, { ...properties, ...propertiesOf(attached) });
  // Attaching PVE's drive writes it; else what changed reaches the guest only with a new one.
  const isStale =
    drive === undefined &&
    !addsDrive &&
    (written.length > 0 || changes.length > 0 || isOutdated(observed, config));
  return [
    [
      ...written,
      ...(drive === undefined ? [] : putDriveSteps(drive, isoImages, label)),
      ...(changes.length === 0 ? [] : [{ summary: `set cloud-init of ${label}`, action, changes }]),
      ...(isStale ? [refresh(wanted.vmid, label)] : []),
      ...removeSnippetSteps(unusedSnippets(abandoned(observed, wishes.snippets), vmid, others)),
      ...removeOtherDrives({ vmid, id }, isoImages, drive, others),
    ],
  ];
}

const propertiesOf = (changes: readonly Change[]): QmProperties =>
  Object.fromEntries(changes.map(({ key, after }) => [key, after]));

/**
 * Whether an earlier run changed something and died before the drive was written. PVE itself notes which settings the
 * drive of a running VM lacks; that a snippet is newer is seen on the drive, which has a copy of each.
 */
function isOutdated({ vm, drive, customTexts }: Observed, config: VmConfig): boolean {
  if (cloudInitDriveKey(nextValues(config)) === undefined) return false;
  if (vm.running && config.outdatedCloudInit.size > 0) return true;
  const ours = customParts(nextValues(config));
  return SNIPPET_KINDS.some(
    kind =>
      drive !== undefined &&
      isOurSnippet(ours.get(kind) ?? '') &&
      customTexts.has(kind) &&
      drive.get(kind) !== customTexts.get(kind),
  );
}

/** Snippets of ours that are no longer wanted, or lie on a storage that snippets no longer go to. */
const abandoned = ({ ownSnippets }: Observed, wanted: readonly Snippet[]): SnippetPlace[] =>
  ownSnippets.places.filter(({ volume }) => !wanted.some(snippet => snippet.volume === volume));

/** Whether something of ours that exists would be written over or removed. */
export function touchesFiles(wanted: Wanted, observed: Observed): boolean {
  const { snippets } = wishesFor(wanted, observed);
  const written = snippetSteps(snippets, observed.snippetTexts);
  const owner = { vmid: wanted.vmid, id: observed.id };
  return (
    written.some(isWrittenOver) ||
    abandoned(observed, snippets).length > 0 ||
    observed.ownSnippets.hidden.length > 0 ||
    observed.isoImages.some(volume => isDriveOf(owner, volume))
  );
}

/** A hidden snippet is told once: the next run finds nothing that names it. */
export function applyNotices(wanted: Wanted, observed: Observed, first: Observed): Notices {
  const { warnings = [], ...notices } = cloudInitWarnings(wanted, observed);
  const left = first.ownSnippets.hidden.filter(volume => !observed.ownSnippets.hidden.includes(volume));
  const unused = unusedVolumes(left, wanted.vmid, first.others);
  return { ...notices, warnings: [...warnings, ...hiddenWarnings(unused, first.vm.localNode)] };
}

const refresh = (vmid: number, label: string): Step => ({
  summary: `write the cloud-init drive of ${label} anew`,
  action: qm('cloudinit update', vmid),
  // No configuration says whether the drive was written.
  isTraceless: true,
});
