import { generationName } from '../../pve/vms/generations/name.ts';
import { generationsOf, type Generation } from '../../pve/vms/generations/family.ts';
import { assumedRecord, type Identity } from '../../pve/vms/ownership.ts';
import { FIND_FILES, ownFiles } from '../../pve/cloud-init/own-files.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { READ_VMS, readVms } from '../../pve/vms/find.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { prunable, type Observed, type Wanted as Plan } from './plan.ts';

export type Wanted = Plan & Identity;

export const ROTATION_ASKS = [
  ...READ_VMS,
  'readStorages',
  ...FIND_FILES,
  'isRunning',
  'readClusterLists',
  'readRemovals',
] as const;

export async function observeRotation(
  wanted: Wanted,
  { checkMode }: Circumstances,
  cluster: Part<(typeof ROTATION_ASKS)[number]>,
): Promise<Observed> {
  const { node } = cluster;
  const [others, text] = await Promise.all([readVms(cluster), cluster.readStorages()]);
  const storages = parseStorageConfig(text);
  const { name, template_test } = wanted;
  const { first } = wanted.generation;
  const found = generationsOf({ name, vmid: first, template_test }, node, others).filter(
    ({ marker, record }) => marker?.generation !== undefined || record.vmid === first,
  );
  const generations = checkMode ? withAssumed(wanted, node, found) : found;
  const looks = prunable(wanted, { generations }).map(async ({ record }) => ({
    vmid: record.vmid,
    running: await cluster.isRunning(record.vmid),
    files: await ownFiles(record, storages, cluster),
  }));
  const seen = await Promise.all(looks);
  return {
    generations,
    others,
    storages,
    lists: await cluster.readClusterLists(),
    removals: await cluster.readRemovals(),
    localNode: node,
    running: new Set(seen.filter(({ running }) => running).map(({ vmid }) => vmid)),
    files: new Map(seen.map(({ vmid, files }) => [vmid, files])),
  };
}

/** In check mode the generation that the stages before would have made whole. */
function withAssumed(
  { vmid, name, generation }: Wanted,
  node: string,
  found: readonly Generation[],
): Generation[] {
  const { number } = generation;
  const existing = found.find(({ record }) => record.vmid === vmid);
  const isFirst = generation.untested !== true && !found.some(({ isWhole }) => isWhole);
  const built = isFirst ? name : generationName(name, number);
  const made: Generation = {
    record: existing?.record ?? assumedRecord({ vmid, name: built }, node),
    number,
    marker: existing?.marker ?? { vmid, generation },
    isWhole: true,
    doubt: undefined,
    isTaken: false,
    isTouched: false,
  };
  return [...found.filter(one => one !== existing), made].sort((a, b) => b.number - a.number);
}
