import { optionName } from '../../../sdk/option-name.ts';
import type { Part } from '../../../sdk/cluster.ts';
import type { Completion } from '../../../sdk/define-module.ts';
import { UserError } from '../../../sdk/error.ts';
import type { CLAIM_VMID, VMID_OF } from './claim.ts';
import { claimVmidOfVm, firstFreeVmid, isTaken, vmidOf } from './claim.ts';

type Values = Readonly<Record<string, unknown>>;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Every VMID is as good while the other parameters are validated. */
const ANY_NUMBER = 100;

/** What asks for a VMID by a name, whatever becomes of a name that no VM has. */
const base = {
  standIn: ({ vmid, name }: Values) => (!isGiven(vmid) && isGiven(name) ? { vmid: ANY_NUMBER } : undefined),
  // Locks are a node's own, or a controller's: PVE makes a VMID once only, and whoever comes second takes the next.
  isLost: ({ vmid, name }: Values, cluster: Part<(typeof VMID_OF)[number]>): Promise<boolean> =>
    isTaken(Number(vmid), String(name), cluster),
  tells: ['vmid', 'name'],
  // A VM that is not there cannot be further away than that.
  nothing: { exists: false },
};

/** Of a VM that is made where it is missing: a free VMID of `vmid_range`. */
export const claimedVmid: Completion<(typeof CLAIM_VMID)[number] | 'holdName'> = {
  ...base,
  complete: async (values, { checkMode }, cluster) => {
    const { name, range, reserved } = wishOf(values);
    if (!checkMode && range !== '')
      return { ...values, vmid: await claimVmidOfVm(name, range, reserved, cluster) };
    const existing = await vmidOf(name, cluster);
    if (existing !== undefined) return { ...values, vmid: existing };
    if (range !== '') return { ...values, vmid: await firstFreeVmid(name, range, reserved, cluster) };
    throw new UserError(
      `cannot choose a VMID for ${name}: it has none, and there is no range to take one from; ` +
        `set ${optionName('vmid')}, or ${optionName('vmid_range')}: 200-299`,
    );
  },
};

/** Of a VM that must be there; in check mode the VMID that an earlier stage would have taken counts. */
export const existingVmid: Completion<(typeof VMID_OF)[number]> = {
  ...base,
  complete: async (values, { checkMode }, cluster) => {
    const { name, range, reserved } = wishOf(values);
    const existing = await vmidOf(name, cluster);
    if (existing !== undefined) return { ...values, vmid: existing };
    if (checkMode && range !== '')
      return { ...values, vmid: await firstFreeVmid(name, range, reserved, cluster) };
    throw new UserError(
      `cannot find VM ${name}: it has no VMID here, and no VM made by this role has that name; ` +
        'create it first, for example with --tags vm,create',
    );
  },
};

/** Of a VM that is to be gone: one that is missing is what is wanted. */
export const vmidIfThere: Completion<(typeof VMID_OF)[number]> = {
  ...base,
  complete: async (values, _, cluster) => {
    const existing = await vmidOf(wishOf(values).name, cluster);
    return existing === undefined ? undefined : { ...values, vmid: existing };
  },
};

/** The parameters that `identityOptions` names; they have been validated. */
const wishOf = ({ name, vmid_range: range, vmid_reserved: reserved }: Values) => ({
  name: String(name),
  range: typeof range === 'string' ? range : '',
  reserved: Array.isArray(reserved) ? reserved.map(Number) : [],
});
