import { cachedDigest } from '../../pve/images/digest.ts';
import { findSource, SOURCE_ASKS } from '../../pve/import/observe.ts';
import { stageOf } from '../../pve/replacement/stage.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { FIND_REMAINS, findWithRemains, READ_VMS, readVms } from '../../pve/vms/find.ts';
import { NO_SIGNS, staticAddresses } from '../../pve/vms/guest-signs.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import type { ImageUse, Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { dueOf, isDue } from './due.ts';
import { signOf, type Around, type Observed, type Wanted } from './wanted.ts';

export const REPLACE_ASKS = [
  ...FIND_REMAINS,
  ...SOURCE_ASKS,
  ...READ_VMS,
  'readImage',
  'readSigns',
  'readClusterLists',
] as const;

type Asked = Part<(typeof REPLACE_ASKS)[number]>;

/** Nothing more than the names and digests is looked at where nothing is to be done. */
export async function observeReplacement(
  wanted: Wanted,
  circumstances: Circumstances,
  cluster: Asked,
): Promise<Observed> {
  const { checkMode, work } = circumstances;
  const vm = await findWithRemains(wanted, circumstances, cluster);
  const wantedDigest = await cachedDigest(wanted, cluster);
  const named = await findSource(wanted, 'name', checkMode, cluster);
  const found = { vm, wantedDigest, work };
  const next = nextOf(wanted, vm, { ...named, wantedDigest }, work !== undefined);
  if (next === 'nothing') return { ...named, ...found, around: undefined, signs: NO_SIGNS };
  const use: ImageUse = checkMode ? 'look' : 'import';
  return {
    ...(next === 'import' ? await findSource(wanted, use, checkMode, cluster) : named),
    ...found,
    around: await lookAround(cluster),
    signs: next === 'sign' && vm.running ? await signsOf(wanted, vm, cluster) : NO_SIGNS,
  };
}

/** What the plan will need to know. */
function nextOf(
  wanted: Wanted,
  { record, assumed }: FoundVm,
  found: Parameters<typeof isDue>[1],
  hasWorked: boolean,
): 'nothing' | 'import' | 'sign' {
  if (record === undefined || assumed) return 'nothing';
  const { config } = record;
  const note = readMarker(config.get('description'), wanted.vmid)?.replacing;
  if (note === undefined) return !hasWorked && isDue(wanted, found, config) ? 'import' : 'nothing';
  const isWanted = stageOf(note, wanted.disk, config) === 'begun' && dueOf(wanted, found, config) !== 'no';
  return isWanted ? 'import' : 'sign';
}

async function lookAround(cluster: Asked): Promise<Around> {
  const [others, storages, lists] = await Promise.all([
    readVms(cluster),
    cluster.readStorages(),
    cluster.readClusterLists(),
  ]);
  return { others, storages: parseStorageConfig(storages), lists };
}

const signsOf = (wanted: Wanted, { record }: FoundVm, { readSigns }: Asked) =>
  readSigns(wanted.vmid, {
    status: true,
    sshAt: signOf(wanted) === 'ssh' ? staticAddresses(record?.config ?? new Map()) : undefined,
  });
