import { randomUUID } from 'node:crypto';
import { optionName } from '../../sdk/option-name.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import {
  attachedDrive,
  customParts,
  isOurSnippet,
  isOwnDrive,
  type SnippetKind,
} from '../../pve/text/cloud-init-volumes.ts';
import { fileTexts, TEXT_PLACES, textPlaces } from '../../pve/cloud-init/material.ts';
import { snippetStorage } from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { isTemplate } from '../../pve/text/vm-config.ts';
import { ownSnippetTexts, readCustomParts } from '../../pve/cloud-init/find-snippets.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { FIND_REMAINS, findVm, findWithRemains, READ_VMS, readVms, surveyVms } from '../../pve/vms/find.ts';
import { CLAIM_VMID, claimVmid } from '../../pve/vms/vmids/claim.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import { isAbandoned } from '../../pve/vms/begun.ts';
import { snippetOwner } from '../../pve/vms/snippet-owner.ts';
import { isWrittenOver } from '../../pve/vms/snippet-users.ts';
import { lostReason, planClones } from './plan.ts';
import type { Step } from '../../sdk/step.ts';
import type { Clone, CloneWish, Drives, FoundClone, Unseen, Observed, Wanted as Plan } from './wanted.ts';

interface Wanted extends Plan {
  readonly clone_vmid_range?: string | undefined;
  readonly vmid_reserved?: readonly number[] | undefined;
}

export const CLONE_ASKS = [
  ...FIND_REMAINS,
  ...READ_VMS,
  ...CLAIM_VMID,
  'readStorages',
  'readSnippets',
  'readOwnSnippets',
  ...TEXT_PLACES,
  'reachesOtherNodes',
  'listLostNodes',
  'listIsoImages',
  'readResolver',
  'readText',
] as const;

type Asked = Part<(typeof CLONE_ASKS)[number]>;

export async function observeClones(
  wanted: Wanted,
  circumstances: Circumstances,
  cluster: Asked,
): Promise<Observed> {
  const template = await findVm(wanted, circumstances, cluster);
  const storages = parseStorageConfig(await cluster.readStorages());
  const storage = snippetStorage(storages, template.localNode, wanted.snippets_storage);
  const lost = await cluster.listLostNodes();
  const clones = await findClones(wanted, storage, await unreadGuests(lost, cluster), cluster);
  const observed = {
    template,
    others: [],
    replicas: await readReplicas(wanted, cluster),
    templateSnippets: await templateTexts(template, cluster),
    snippetStorage: storage,
    storages,
    drives: await readDrives(wanted, storages, [template, ...clones.flatMap(foundIn)], cluster),
    clones,
    reachesOtherNodes: await cluster.reachesOtherNodes(),
    checkMode: circumstances.checkMode,
    lost,
  };
  const isOver = planClones(wanted, observed)
    .flat()
    .some(step => isWrittenOver(step) || isDriveRemoval(step));
  return isOver ? { ...observed, others: await readVms(cluster) } : observed;
}

const isDriveRemoval = ({ action }: Step): boolean =>
  action.kind === 'free-volume' && isOwnDrive(action.volume);

const foundIn = (found: FoundClone | Unseen): readonly FoundVm[] => ('vm' in found ? [found.vm] : []);

/** What drives of our own need is read only where there may be any. */
async function readDrives(
  wanted: Wanted,
  storages: readonly Storage[],
  vms: readonly FoundVm[],
  cluster: Asked,
): Promise<Drives> {
  const places = await textPlaces(wanted, '', storages, cluster, new Map());
  const isAny =
    places.usesOwnDrive ||
    wanted.drive === 'own' ||
    vms.some(({ record }) => record !== undefined && attachedDrive(record.config) !== undefined);
  if (!isAny)
    return { ...places, fileTexts: new Map(), resolver: { servers: [], domains: [] }, isoImages: [] };
  const { driveStorage } = places;
  return {
    ...places,
    fileTexts: await fileTexts({ ...wanted }, cluster),
    resolver: await cluster.readResolver(),
    isoImages: driveStorage === undefined ? [] : await cluster.listIsoImages([driveStorage.id]),
  };
}

const newIds = new Map<number, string>();

/** The same at every look of a process: what is tried again has the same name. */
function newIdFor(vmid: number): string {
  const id = newIds.get(vmid) ?? randomUUID();
  newIds.set(vmid, id);
  return id;
}

/** One after the other, because each VMID that is chosen is taken for the next. */
async function findClones(
  wanted: Wanted,
  storage: Storage | undefined,
  unread: ReadonlyMap<number, string>,
  cluster: Asked,
): Promise<(FoundClone | Unseen)[]> {
  const found: (FoundClone | Unseen)[] = [];
  // A VMID that another entry, or another VM, has is not free, though its clone may come later.
  const given = [...wanted.clones.flatMap(({ vmid }) => vmid ?? []), ...(wanted.vmid_reserved ?? [])];
  for (const clone of wanted.clones) {
    const known = await withVmid(clone, wanted.clone_vmid_range, given, cluster);
    const seen = 'reason' in known ? known : unseenOn(unread.get(known.vmid), known);
    found.push('reason' in seen ? seen : await findClone(seen, storage, cluster));
  }
  return found;
}

/** Nodes of the guests by VMID that nobody can look at. */
async function unreadGuests(
  lost: readonly string[],
  cluster: Part<'listGuests'>,
): Promise<ReadonlyMap<number, string>> {
  const guests = lost.length === 0 ? [] : await cluster.listGuests();
  return new Map(guests.filter(({ isLost }) => isLost).map(({ vmid, node }) => [vmid, node]));
}

const unseenOn = (node: string | undefined, clone: Clone): Clone | Unseen =>
  node === undefined ? clone : { clone, node, reason: lostReason(clone, node) };

async function findClone(clone: Clone, storage: Storage | undefined, cluster: Asked): Promise<FoundClone> {
  // A clone that is missing is what this module makes: check mode assumes nothing here.
  const vm = await withState(await findWithRemains(clone, { checkMode: false }, cluster), cluster);
  const { record } = vm;
  const isMissing = record === undefined || isAbandoned(clone, record);
  const id = isMissing ? newIdFor(clone.vmid) : snippetOwner(record).id;
  return { clone, vm, id, snippetTexts: await ownSnippetTexts({ vmid: clone.vmid, id }, storage, cluster) };
}

/** Whether a VM runs that is on another node, where that can be asked. */
async function withState(vm: FoundVm, cluster: Asked): Promise<FoundVm> {
  const { record } = vm;
  if (record === undefined || record.node === cluster.node || !(await cluster.reachesOtherNodes())) return vm;
  return { ...vm, running: await cluster.isRunning(record.vmid) };
}

/** A list without a VMID for some clone is that clone's trouble alone. */
async function withVmid(
  clone: CloneWish,
  range: string | undefined,
  given: readonly number[],
  cluster: Asked,
): Promise<Clone | Unseen> {
  const { vmid, name } = clone;
  if (vmid !== undefined) return { ...clone, vmid };
  if (range === undefined) {
    const reason = `cannot make clone ${name}: it has no vmid; give it one, or a range to all by ${optionName('clone_vmid_range')}`;
    return { clone, reason };
  }
  try {
    return { ...clone, vmid: await claimVmid(name, range, given, cluster) };
  } catch (error) {
    if (error instanceof UserError) return { clone, reason: error.message };
    throw error;
  }
}

/** Looked for only when a clone is to be on a node that it names. */
async function readReplicas({ clones, name, vmid }: Wanted, cluster: Asked): Promise<readonly VmRecord[]> {
  if (clones.every(({ node }) => node === undefined)) return [];
  const { records } = await surveyVms(cluster);
  return records.filter(
    record =>
      record.vmid !== vmid &&
      record.config.get('name') === name &&
      isTemplate(record.config) &&
      readMarker(record.config.get('description'), record.vmid) !== undefined,
  );
}

/** Our snippets that the template uses: every clone gets copies, because `qm clone` copies only the reference. */
async function templateTexts({ record }: FoundVm, cluster: Asked): Promise<ReadonlyMap<SnippetKind, string>> {
  if (record === undefined) return new Map();
  const ours = [...customParts(record.config)].filter(([, volume]) => isOurSnippet(volume));
  return readCustomParts(ours, cluster);
}
