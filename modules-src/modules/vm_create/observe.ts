import { isAbandoned } from '../../pve/vms/begun.ts';
import { readCloudInitMaterial } from '../../node/vms/cloud-init-material.ts';
import { findVm } from '../../node/vms/find.ts';
import { readStorages } from '../../node/vms/files.ts';
import { cloudInitOf } from './cloud-init.ts';
import type { Observed, Wanted } from './plan.ts';

export async function observeCreate(wanted: Wanted): Promise<Observed> {
  // Not findVm's assumption: in check mode a missing VM is exactly what this module would make.
  const vm = await findVm(wanted, { checkMode: false, problems: [] });
  const isMissing = vm.record === undefined || isAbandoned(wanted, vm.record);
  const material =
    isMissing && wanted.cloud_init_enabled === true
      ? await readCloudInitMaterial(cloudInitOf(wanted), await readStorages(), vm.localNode)
      : undefined;
  return { ...vm, material };
}
