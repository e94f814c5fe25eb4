import { randomUUID } from 'node:crypto';
import { MATERIAL, readCloudInitMaterial } from '../../pve/cloud-init/material.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { isAbandoned } from '../../pve/vms/begun.ts';
import { FIND_REMAINS, findWithRemains } from '../../pve/vms/find.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { cloudInitOf } from './cloud-init.ts';
import type { Observed, Wanted } from './wanted.ts';

export const CREATE_ASKS = [...FIND_REMAINS, ...MATERIAL, 'readStorages'] as const;

export async function observeCreate(
  wanted: Wanted,
  _: Circumstances,
  cluster: Part<(typeof CREATE_ASKS)[number]>,
): Promise<Observed> {
  // Not findVm's assumption: in check mode a missing VM is exactly what this module would make.
  const vm = await findWithRemains(wanted, { checkMode: false }, cluster);
  const isMissing = vm.record === undefined || isAbandoned(wanted, vm.record);
  const newId = isMissing ? randomUUID() : '';
  const material =
    isMissing && wanted.cloud_init_enabled === true
      ? await readCloudInitMaterial(
          cloudInitOf(wanted),
          newId,
          parseStorageConfig(await cluster.readStorages()),
          cluster,
          new Map(wanted.ostype === undefined ? [] : [['ostype', wanted.ostype]]),
        )
      : undefined;
  return { ...vm, material, newId };
}
