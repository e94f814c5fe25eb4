import type { FoundVm, Identity } from '../../pve/vms/ownership.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { findSource, SOURCE_ASKS, type SourceWish } from '../../pve/import/observe.ts';
import { FIND_REMAINS, findWithRemains } from '../../pve/vms/find.ts';
import type { ImageUse, Part } from '../../sdk/cluster.ts';
import type { Observed } from './plan.ts';

export const IMPORT_ASKS = [...FIND_REMAINS, ...SOURCE_ASKS] as const;

/** The VM, the storage, and, only while the disk is missing, the image. */
export async function observeImport(
  wanted: Identity & SourceWish,
  circumstances: Circumstances,
  cluster: Part<(typeof IMPORT_ASKS)[number]>,
): Promise<Observed> {
  const { checkMode } = circumstances;
  const vm = await findWithRemains(wanted, circumstances, cluster);
  return { vm, ...(await findSource(wanted, useOf(wanted, vm, checkMode), checkMode, cluster)) };
}

function useOf({ disk }: SourceWish, { record }: FoundVm, checkMode: boolean): ImageUse {
  if (record?.config.has(disk) === true) return 'name';
  return checkMode ? 'look' : 'import';
}
