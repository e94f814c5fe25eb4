import type { Part } from '../../sdk/cluster.ts';
import type { Remains } from '../../sdk/readings.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { isAbandoned } from './begun.ts';
import { recordOf, type VmRecord } from './guest.ts';
import { assumedRecord, type FoundVm, type Identity } from './ownership.ts';

export const FIND_VM = ['readGuest', 'isRunning'] as const;

/** For who makes a VM, or something of it. */
export const FIND_REMAINS = [...FIND_VM, 'readRemains'] as const;

/** Looks at the VM a task is about; in check mode one that is missing is taken as made by an earlier stage. */
export async function findVm(
  identity: Identity,
  { checkMode }: Pick<Circumstances, 'checkMode'>,
  cluster: Part<(typeof FIND_VM)[number]>,
): Promise<FoundVm> {
  const { node } = cluster;
  const record = await readVm(identity.vmid, cluster);
  if (checkMode && (record === undefined || isAbandoned(identity, record))) {
    return { record: assumedRecord(identity, node), localNode: node, running: false, assumed: true };
  }
  const running = record !== undefined && record.node === node && (await cluster.isRunning(identity.vmid));
  return { record, localNode: node, running, assumed: false };
}

/** The same with what an interrupted operation has left of it. */
export async function findWithRemains(
  identity: Identity,
  circumstances: Pick<Circumstances, 'checkMode'>,
  cluster: Part<(typeof FIND_REMAINS)[number]>,
): Promise<FoundVm & { readonly remains: Remains | undefined }> {
  // First: what ends in between is then whole.
  const remains = await cluster.readRemains(identity.vmid);
  return { ...(await findVm(identity, circumstances, cluster)), remains };
}

/** The guest with that number, wherever in the cluster it is. */
export async function readVm(vmid: number, cluster: Part<'readGuest'>): Promise<VmRecord | undefined> {
  const reading = await cluster.readGuest(vmid);
  return reading === undefined ? undefined : recordOf(reading);
}

export const READ_VMS = ['listGuests', 'readGuest'] as const;

/** Every VM of the cluster with its configuration. */
export async function readVms(cluster: Part<(typeof READ_VMS)[number]>): Promise<readonly VmRecord[]> {
  const guests = await cluster.listGuests();
  const records = await Promise.all(
    guests.filter(({ kind }) => kind === 'qemu').map(({ vmid }) => readVm(vmid, cluster)),
  );
  return records.filter(record => record !== undefined);
}
