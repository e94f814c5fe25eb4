import type { Identity } from '../../pve/vms/ownership.ts';
import { driveKeys } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { cachedDigest } from '../../pve/images/digest.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { isWholeTemplate } from '../../pve/vms/template-disks.ts';
import { FIND_VM, findVm, READ_VMS, readVms } from '../../pve/vms/find.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { Observed } from './plan.ts';

interface Wanted extends Identity {
  readonly image?: string | undefined;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
}

export const CONVERT_ASKS = [...FIND_VM, ...READ_VMS, 'readStorages', 'readImage'] as const;

export async function observeTemplate(
  wanted: Wanted,
  circumstances: Circumstances,
  cluster: Part<(typeof CONVERT_ASKS)[number]>,
): Promise<Observed> {
  const vm = await findVm(wanted, circumstances, cluster);
  const config = vm.record?.config ?? new Map<string, string>();
  const hasBase = driveKeys(config).some(key => driveVolume(config.get(key) ?? '')?.isBase === true);
  const isHalfMade = hasBase && !isWholeTemplate(config);
  return {
    vm,
    others: isHalfMade ? await readVms(cluster) : [],
    storages: isHalfMade ? parseStorageConfig(await cluster.readStorages()) : [],
    imageDigest: await cachedDigest(wanted, cluster),
  };
}
