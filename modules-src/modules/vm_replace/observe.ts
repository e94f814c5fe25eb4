import { READ_ALL_VMS, readAllVms } from '../../pve/access/all-vms.ts';
import { cachedDigest } from '../../pve/images/digest.ts';
import { findSource, SOURCE_ASKS } from '../../pve/import/observe.ts';
import { stageOf } from '../../pve/replacement/stage.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { FIND_REMAINS, findWithRemains } from '../../pve/vms/find.ts';
import { NO_SIGNS, staticAddresses } from '../../pve/vms/guest-signs.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { noteDigest } from '../../pve/vms/replacement-note.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import type { ImageUse, Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { goesOn, isDue } from './due.ts';
import { signOf, type Around, type Observed, type Wanted } from './wanted.ts';

export const REPLACE_ASKS = [
  ...FIND_REMAINS,
  ...SOURCE_ASKS,
  ...READ_ALL_VMS,
  'readImage',
  'readSigns',
  'readClusterLists',
  'readRemembered',
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
  const isProven = await isOurNote(wanted, vm, cluster);
  const found = { vm, wantedDigest, isProven, work };
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
  return stageOf(note, config) === 'begun' && goesOn(wanted, found, config, note) ? 'import' : 'sign';
}

/** Whoever may edit the notes of a VM could name any disk in them. */
async function isOurNote({ vmid }: Wanted, { record }: FoundVm, { readRemembered }: Asked): Promise<boolean> {
  const note = readMarker(record?.config.get('description'), vmid)?.replacing;
  return note === undefined || (await readRemembered(vmid)).includes(noteDigest(note));
}

async function lookAround(cluster: Asked): Promise<Around> {
  const [others, storages, lists] = await Promise.all([
    readAllVms(cluster),
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
