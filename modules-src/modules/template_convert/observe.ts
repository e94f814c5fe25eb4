import type { Identity } from '../../pve/vms/ownership.ts';
import { driveKeys } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { cachedDigest } from '../../node/images/cached-digest.ts';
import { readVms } from '../../node/vms/claim-number.ts';
import { findVm } from '../../node/vms/find.ts';
import { readStorages } from '../../node/vms/files.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { Observed } from './plan.ts';

interface Wanted extends Identity {
  readonly image?: string | undefined;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
}

export async function observeTemplate(wanted: Wanted, circumstances: Circumstances): Promise<Observed> {
  const vm = await findVm(wanted, circumstances);
  const config = vm.record?.config ?? new Map<string, string>();
  const hasBase = driveKeys(config).some(key => driveVolume(config.get(key) ?? '')?.isBase === true);
  return {
    vm,
    others: hasBase ? await readVms() : [],
    storages: hasBase ? await readStorages() : [],
    imageDigest: await cachedDigest(wanted),
  };
}
