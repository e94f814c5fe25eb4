import { READ_ALL_VMS, readAllVms } from '../../pve/access/all-vms.ts';
import { isHolder, type FoundHolder } from '../../pve/data-disks/holder.ts';
import { isUsable, parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { nextValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { parseVolumeId, type VolumeId } from '../../pve/text/volume-id.ts';
import { FIND_VM, findVm, readVm } from '../../pve/vms/find.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { FoundVm, Identity } from '../../pve/vms/ownership.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';

export const DATA_DISK_ASKS = [
  ...FIND_VM,
  ...READ_ALL_VMS,
  'readRemains',
  'readStorages',
  'listVolumes',
] as const;

type Asked = Part<(typeof DATA_DISK_ASKS)[number]>;

interface Wanted extends Identity {
  readonly data_disks: Readonly<Record<string, unknown>>;
  readonly data_holder: number;
}

export interface Observed {
  readonly vm: FoundVm;
  /** What else there is; read only where the VM lacks a disk, and after one was attached. */
  readonly around: Around | undefined;
  /** This run has done something. */
  readonly hasWorked: boolean;
}

export interface Around {
  readonly holder: FoundHolder;
  readonly others: readonly VmRecord[];
  /** Those of this node that hold disks. */
  readonly storages: readonly Storage[];
  /** Volumes that bear the holder's VMID, on all of them. */
  readonly volumes: readonly VolumeId[];
}

export async function observeDataDisks(
  wanted: Wanted,
  circumstances: Circumstances,
  cluster: Asked,
): Promise<Observed> {
  const vm = await findVm(wanted, circumstances, cluster);
  const values = nextValues(vm.record?.config ?? parseVmConfig(''));
  const hasWorked = circumstances.work !== undefined;
  const looks = hasWorked || Object.keys(wanted.data_disks).some(slot => !values.has(slot));
  const around = looks && vm.record !== undefined ? await lookAround(wanted, cluster) : undefined;
  return { vm, around, hasWorked };
}

async function lookAround({ data_holder: holder }: Wanted, cluster: Asked): Promise<Around> {
  const storages = parseStorageConfig(await cluster.readStorages()).filter(
    storage => storage.content.includes('images') && isUsable(storage, cluster.node),
  );
  // First: what ends in between is then whole.
  const remains = await cluster.readRemains(holder);
  const lists = await Promise.all(storages.map(({ id }) => cluster.listVolumes(id, holder)));
  const [record, others] = [await readVm(holder, cluster), await readAllVms(cluster)];
  return {
    holder: { record, remains, holders: others.filter(isHolder), node: cluster.node },
    others,
    storages,
    volumes: lists.flat().flatMap(id => parseVolumeId(id) ?? []),
  };
}
