import type { Part } from '../../sdk/cluster.ts';
import { UserError } from '../../sdk/error.ts';
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

type AskedVms = Part<(typeof READ_VMS)[number]>;

/** Every VM of the cluster with its configuration. Without those of a node that is down, one that matters may be missing. */
export async function readVms(cluster: AskedVms): Promise<readonly VmRecord[]> {
  const survey = await surveyVms(cluster);
  requireAll(survey);
  return survey.records;
}

/** Refuses to decide on what is not all. */
export function requireAll({ lost }: Pick<Survey, 'lost'>): void {
  if (lost.length === 0) return;
  throw new UserError(
    `cannot look at the VMs of ${lost.join(' and ')}: by the API nobody tells of a node that is down; ` +
      'start it, or go by SSH, where every node knows them all',
  );
}

/** The VMs of the cluster that can be looked at. */
interface Survey {
  readonly records: readonly VmRecord[];
  /** Nodes that are down, and of whose guests nobody tells. */
  readonly lost: readonly string[];
}

/** For whom it is enough, or who knows what to leave alone. */
export async function surveyVms(cluster: AskedVms): Promise<Survey> {
  const guests = await cluster.listGuests();
  const lost = new Set(guests.filter(({ isLost }) => isLost).map(({ node }) => node));
  const seen = guests.filter(({ kind, node }) => kind === 'qemu' && !lost.has(node));
  const records = await Promise.all(seen.map(({ vmid }) => readVm(vmid, cluster)));
  return { records: records.filter(record => record !== undefined), lost: [...lost] };
}
