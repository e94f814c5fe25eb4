import type { ModuleDefinition } from '../sdk/define-module.ts';
import { UserError } from '../sdk/error.ts';
import { claimNumberOfVm, firstFreeNumber, isTaken, numberOf } from '../node/vms/claim-number.ts';
import type { Result } from './result.ts';

type Values = Readonly<Record<string, unknown>>;
type Numberless = ModuleDefinition['numberless'];

/** The VM has a name and is to get its number by it. */
export const lacksNumber = ({ numberless }: Pick<ModuleDefinition, 'numberless'>, raw: Values): boolean =>
  numberless !== undefined && !isGiven(raw['vmid']) && isGiven(raw['name']);

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Stands in while the other parameters are validated. */
export const ANY_NUMBER = 100;

/** A VM that is not there cannot be further away than that. */
const NO_SUCH_VM: Result = { changed: false, failed: false, msg: 'nothing to do', exists: false };

/**
 * Works on the VM under its number. Another node may take the same one of the range at the same time, because locks are a
 * node's own: PVE makes it once only, and whoever comes second takes the next.
 */
export async function withNumber(
  definition: Pick<ModuleDefinition, 'numberless'>,
  values: Values,
  checkMode: boolean,
  work: (values: Values) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const vmid = await chooseNumber(definition, values, checkMode);
    if (vmid === undefined) return NO_SUCH_VM;
    const isLost = (): Promise<boolean> => isTaken(vmid, String(values['name']));
    try {
      const result = await work({ ...values, vmid });
      if (result['failed'] !== true || !(await isLost())) return result;
    } catch (error) {
      if (!(await isLost())) throw error;
    }
  }
}

/**
 * Number of the VM: that of the VM of its name, else a free one of `vmid_range`. In check mode the number that an earlier
 * stage would have taken counts, and none is taken. Undefined: that there is no VM of the name is what is wanted.
 */
async function chooseNumber(
  { numberless }: Pick<ModuleDefinition, 'numberless'>,
  values: Values,
  checkMode: boolean,
): Promise<number | undefined> {
  const { name, range, reserved } = wishOf(values);
  if (numberless === 'claim' && !checkMode && range !== '') return claimNumberOfVm(name, range, reserved);
  const existing = await numberOf(name);
  if (existing !== undefined || numberless === 'done') return existing;
  if (checkMode && range !== '') return firstFreeNumber(name, range, reserved);
  throw noNumber(name, numberless);
}

/** The parameters that `identityOptions` names; they have been validated. */
const wishOf = ({ name, vmid_range: range, vmid_reserved: reserved }: Values) => ({
  name: String(name),
  range: typeof range === 'string' ? range : '',
  reserved: Array.isArray(reserved) ? reserved.map(Number) : [],
});

const noNumber = (name: string, numberless: Numberless): UserError =>
  new UserError(
    numberless === 'claim'
      ? `cannot choose a number for ${name}: it has none, and there is no range to take one from; ` +
          'set proxmox_vm_vmid, or proxmox_vm_vmid_range: 200-299'
      : `cannot find VM ${name}: it has no number here, and no VM made by this role has that name; ` +
          'create it first, for example with --tags vm,create',
  );
