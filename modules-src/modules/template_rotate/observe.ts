import { generationName } from '../../pve/vms/generations/name.ts';
import { generationsOf, type Generation } from '../../pve/vms/generations/family.ts';
import { assumedRecord, type Identity } from '../../pve/vms/ownership.ts';
import { FIND_FILES, ownFiles } from '../../pve/cloud-init/own-files.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { READ_VMS, surveyVms } from '../../pve/vms/find.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { prunable, type Observed, type Wanted as Plan } from './plan.ts';
import { released } from './release.ts';

export type Wanted = Plan & Identity;

export const ROTATION_ASKS = [
  ...READ_VMS,
  'listLostNodes',
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
  const [{ records: others, lost }, text] = await Promise.all([surveyVms(cluster), cluster.readStorages()]);
  const storages = parseStorageConfig(text);
  const { first } = wanted.generation;
  const found = generationsOf({ ...wanted, vmid: first }, node, others).filter(
    ({ marker, record }) => marker?.generation !== undefined || record.vmid === first,
  );
  const { generations, lacking } = checkMode
    ? { generations: withAssumed(wanted, node, found), lacking: [] }
    : released(wanted, found, { node, records: others, lost: await deadNodes(wanted, cluster) });
  const looks = prunable(wanted, { generations }).map(async ({ record }) => ({
    vmid: record.vmid,
    running: await cluster.isRunning(record.vmid),
    files: await ownFiles(record, storages, cluster),
  }));
  const seen = await Promise.all(looks);
  return {
    generations,
    lacking,
    others,
    storages,
    lists: await cluster.readClusterLists(),
    lost,
    removals: await cluster.readRemovals(),
    localNode: node,
    running: new Set(seen.filter(({ running }) => running).map(({ vmid }) => vmid)),
    files: new Map(seen.map(({ vmid, files }) => [vmid, files])),
  };
}

/** Of a template on one node alone, no other one matters. */
const deadNodes = async (
  { template_nodes: nodes = [] }: Wanted,
  cluster: Part<'listLostNodes'>,
): Promise<readonly string[]> => (nodes.length > 0 ? cluster.listLostNodes() : []);

/** In check mode the generation that the stages before would have made whole. */
function withAssumed(
  { vmid, name, generation }: Wanted,
  node: string,
  found: readonly Generation[],
): Generation[] {
  const { number } = generation;
  const existing = found.find(({ record }) => record.vmid === vmid);
  const isCandidate = generation.untested === true || generation.held === true;
  const isFirst = !isCandidate && !found.some(({ isWhole }) => isWhole);
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
