import { optionName } from '../../../sdk/option-name.ts';
import type { Part } from '../../../sdk/cluster.ts';
import type { GuestEntry } from '../../../sdk/readings.ts';
import { isUnfinished } from '../ownership.ts';
import { READ_VMS, readVm, START_OR_SSH, surveyVms, UNTOLD } from '../find.ts';
import type { VmRecord } from '../guest.ts';
import { AmbiguousName, freeVmids, vmidOfName, parseRange, rangeIsFull } from './range.ts';

export const VMID_OF = [...READ_VMS, 'claimantOf'] as const;

type Asked = Part<(typeof VMID_OF)[number]>;

/**
 * The VMID of the VM that this role made under a name, half-made ones included: a creation that was killed early left
 * a configuration without a name, and the claim of its VMID still tells it.
 */
export const vmidOf = async (name: string, cluster: Asked): Promise<number | undefined> =>
  (await lookFor(name, cluster)).found;

interface Look {
  readonly found: number | undefined;
  /** Every guest of the cluster, and what is known of VMs. */
  readonly guests: readonly GuestEntry[];
  readonly records: readonly VmRecord[];
}

async function lookFor(name: string, cluster: Asked): Promise<Look> {
  const survey = await surveyVms(cluster);
  const { guests, records } = survey;
  const found = vmidOfName(name, records) ?? (await vmidOfRemains(name, records, cluster));
  // Another VMID for the name of one that cannot be seen would make a second VM of it.
  if (found === undefined && survey.lost.length > 0)
    throw new AmbiguousName(
      `cannot find VM ${name} by its name: it may be on ${survey.lost.join(' or ')}, and ${UNTOLD}`,
      `${START_OR_SSH}; or set ${optionName('vmid')}`,
    );
  return { found, guests, records };
}

async function vmidOfRemains(
  name: string,
  records: readonly VmRecord[],
  { node, claimantOf }: Asked,
): Promise<number | undefined> {
  const begun = records.find(({ begunAs }) => begunAs === name);
  if (begun !== undefined) return begun.vmid;
  // Claims are the node's own, and so is what they tell.
  const nameless = records.filter(record => record.node === node && isNameless(record));
  for (const { vmid } of nameless) if ((await claimantOf(vmid)) === name) return vmid;
  return undefined;
}

/** A VM gets its name when it is made. */
const isNameless = ({ config }: VmRecord): boolean => isUnfinished(config) && !config.has('name');

export const CLAIM_VMID = [...VMID_OF, 'claimVmid'] as const;

type Claiming = Part<(typeof CLAIM_VMID)[number]>;

/**
 * The VMID of the VM of that name: the one it has, else the first of the range that is free. A new VMID is held
 * until this process ends, so that no other one on the node takes it; a race with whom locks are not for, on another node or by
 * the other door, is settled by PVE, which makes a number once only, and by looking anew.
 */
export async function claimVmid(
  name: string,
  range: string,
  reserved: readonly number[],
  cluster: Claiming,
): Promise<number> {
  const { found, guests, records } = await lookFor(name, cluster);
  if (found !== undefined) return found;
  const begun = records.filter(record => isNameless(record) && isIn(range, record)).map(({ vmid }) => vmid);
  const asked = [...begun, ...freeVmids(parseRange(range), guests, reserved)];
  const vmid = await cluster.claimVmid(name, asked);
  const passed = vmid === undefined ? asked : asked.slice(0, asked.indexOf(vmid));
  const chosen = (await madeSince(name, passed, cluster)) ?? vmid;
  if (chosen === undefined) throw rangeIsFull(name, range);
  return chosen;
}

function isIn(range: string, { vmid }: VmRecord): boolean {
  const { first, last } = parseRange(range);
  return first <= vmid && vmid <= last;
}

/** What has no name yet, or a VMID that was free a moment ago, may be that very VM, made by a run that no lock of ours is for. */
async function madeSince(
  name: string,
  vmids: readonly number[],
  cluster: Part<'readGuest'>,
): Promise<number | undefined> {
  const records = await Promise.all(vmids.map(vmid => readVm(vmid, cluster)));
  return vmidOfName(
    name,
    records.filter(record => record !== undefined),
  );
}

/** The same for runs that want the same VM at the same time: the second one waits for the first, and finds what it made. */
export async function claimVmidOfVm(
  name: string,
  range: string,
  reserved: readonly number[],
  cluster: Claiming & Part<'holdName'>,
): Promise<number> {
  const existing = await vmidOf(name, cluster);
  if (existing !== undefined) return existing;
  await cluster.holdName(name);
  return claimVmid(name, range, reserved, cluster);
}

/** Whether another VM has got the VMID in the meantime. */
export async function isTaken(vmid: number, name: string, cluster: Asked): Promise<boolean> {
  const guests = await cluster.listGuests();
  if (!guests.some(guest => guest.vmid === vmid)) return false;
  const record = await readVm(vmid, cluster);
  if (record?.config.get('name') === name) return false;
  // What is left of our own is no other VM.
  return record === undefined || (await vmidOfRemains(name, [record], cluster)) === undefined;
}

/** The VMID that a VM would get. */
export async function firstFreeVmid(
  name: string,
  range: string,
  reserved: readonly number[],
  cluster: Part<'listGuests'>,
): Promise<number> {
  const [first] = freeVmids(parseRange(range), await cluster.listGuests(), reserved);
  if (first === undefined) throw rangeIsFull(name, range);
  return first;
}
