import { optionName } from '../../sdk/option-name.ts';
import { UserError } from '../../sdk/error.ts';
import type { Remains } from '../../sdk/readings.ts';
import { qm, type Step } from '../../sdk/step.ts';
import { isAbandoned, recoverySteps, removeStubStep, waitStep } from '../vms/begun.ts';
import type { VmRecord } from '../vms/guest.ts';
import { readMarker, withMarker } from '../vms/marker.ts';
import type { Identity } from '../vms/ownership.ts';
import { isProtected } from '../vms/removal.ts';

/**
 * The VM whose VMID all data disks bear. Proxmox VE removes with a VM only volumes of that VM's VMID, so nobody who
 * removes a VM can remove a data disk with it; the holder is protected. It names no disk, so that starting it opens none.
 */
export const HOLDER_NAME = 'proxmox-role-data';

const NOTES =
  'Holds the data disks that VMs of this cluster have by `proxmox_vm_data_disks`: volumes that bear this VMID and their own name. ' +
  'It is never started, and must not be removed.';

export const isHolder = ({ vmid, config }: VmRecord): boolean =>
  readMarker(config.get('description'), vmid)?.holder === true;

export interface FoundHolder {
  readonly record: VmRecord | undefined;
  readonly remains: Remains | undefined;
  /** VMs of the cluster that hold data disks. */
  readonly holders: readonly VmRecord[];
  /** Node that is worked on. */
  readonly node: string;
}

/** What makes the holder where it is missing, and protects it where it is not; a guest that is none is refused. */
export function holderSteps(
  vmid: number,
  { record, remains, holders, node }: FoundHolder,
  purpose: string,
): readonly Step[] {
  const holder = { vmid, name: HOLDER_NAME };
  const isStub = record !== undefined && isAbandoned(holder, record);
  if (remains?.isBusy === true && (record === undefined || isStub)) return [waitStep(holder, remains)];
  const recovery = recoverySteps(holder, remains);
  if (isStub) return [removeStubStep(holder, record), ...recovery, create(holder)];
  if (record === undefined) {
    requireOnly(vmid, holders, purpose);
    return [...recovery, create(holder)];
  }
  const occupant = holderOccupant(record);
  if (occupant === undefined)
    return isProtected(record.config) || record.node !== node ? [] : [protect(holder)];
  throw new UserError(
    `cannot ${purpose}: ${vmid}, the VMID that data disks are to bear, belongs to ${occupant}; ` +
      `set ${optionName('data_holder')} to ${FREE_HOLDER}`,
  );
}

export const FREE_HOLDER = 'a free VMID, the same for all VMs of the cluster';

/** Who has the VMID that data disks are to bear, where that is no holder and not what is left of one. */
export function holderOccupant(record: VmRecord): string | undefined {
  const { vmid, node, kind, config } = record;
  if (isHolder(record) || isAbandoned({ vmid, name: HOLDER_NAME }, record)) return undefined;
  return `${kind === 'lxc' ? 'a container' : `VM ${config.get('name') ?? vmid}`} on node ${node}`;
}

/** Under another VMID, every disk would be looked for in vain, and an empty one made. */
function requireOnly(vmid: number, holders: readonly VmRecord[], purpose: string): void {
  const [other] = holders;
  if (other === undefined) return;
  throw new UserError(
    `cannot ${purpose}: VM ${other.vmid} on node ${other.node} holds the data disks of this cluster, and ${vmid} would be another holder; ` +
      `set ${optionName('data_holder')}: ${other.vmid}`,
  );
}

const protect = ({ vmid, name }: Identity): Step => ({
  summary: `protect VM ${vmid} (${name}), which holds data disks`,
  action: qm('set', vmid, { protection: true }),
  changes: [{ key: `VM ${vmid} protection`, before: '0', after: '1' }],
});

const create = ({ vmid, name }: Identity): Step => ({
  summary: `create VM ${vmid} (${name}), which holds data disks`,
  action: qm('create', vmid, {
    name,
    protection: true,
    description: withMarker(NOTES, { vmid, holder: true }),
  }),
  changes: [{ key: `VM ${vmid}`, before: undefined, after: name }],
});
