import type { Part } from '../../sdk/cluster.ts';
import { UserError } from '../../sdk/error.ts';
import type { GuestEntry, Remains } from '../../sdk/readings.ts';
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

/** The guest with that VMID, wherever in the cluster it is. */
export async function readVm(vmid: number, cluster: Part<'readGuest'>): Promise<VmRecord | undefined> {
  const reading = await cluster.readGuest(vmid);
  return reading === undefined ? undefined : recordOf(reading);
}

export const READ_VMS = ['listGuests', 'readGuest'] as const;

type AskedVms = Part<(typeof READ_VMS)[number]>;

/** Every VM of the cluster with its configuration. Without those of a node that is down, one that matters may be missing. */
export async function readVms(cluster: AskedVms): Promise<readonly VmRecord[]> {
  const { lost, records } = await surveyVms(cluster);
  if (lost.length > 0) throw new UserError(`cannot look at the VMs of ${lost.join(' and ')}: ${WAY_OUT}`);
  return records;
}

/** Why nobody knows, and what to do. */
export const UNTOLD = 'by the API nobody tells of a node that is down';
export const START_OR_SSH = 'start it, or go by SSH, where every node knows them all';
const WAY_OUT = `${UNTOLD}; ${START_OR_SSH}`;

/** VMs of a node that is down. */
export interface UnreadNode {
  readonly node: string;
  readonly vmids: readonly number[];
}

export const whyUnread = ({ node, vmids }: UnreadNode): string =>
  `cannot look at VM ${vmids.join(', VM ')} on ${node}: ${WAY_OUT}`;

/** The VMs of the cluster that can be looked at. */
interface Survey {
  /** Every guest, as it was listed. */
  readonly guests: readonly GuestEntry[];
  readonly records: readonly VmRecord[];
  /** The others: their nodes are down. */
  readonly unread: readonly GuestEntry[];
  /** Those nodes. */
  readonly lost: readonly string[];
}

export const unreadNodes = (unread: Survey['unread']): readonly UnreadNode[] =>
  nodesOf(unread).map(node => ({
    node,
    vmids: unread
      .filter(guest => guest.node === node)
      .map(({ vmid }) => vmid)
      .sort((a, b) => a - b),
  }));

const nodesOf = (guests: readonly GuestEntry[]): readonly string[] =>
  [...new Set(guests.map(({ node }) => node))].sort();

/** For whom it is enough, or who knows what to leave alone. */
export async function surveyVms(cluster: AskedVms): Promise<Survey> {
  const guests = await cluster.listGuests();
  const vms = guests.filter(({ kind }) => kind === 'qemu');
  const unread = vms.filter(({ isLost }) => isLost);
  const seen = vms.filter(({ isLost }) => !isLost).map(({ vmid }) => readVm(vmid, cluster));
  const records = (await Promise.all(seen)).filter(record => record !== undefined);
  return { guests, records, unread, lost: nodesOf(unread) };
}
