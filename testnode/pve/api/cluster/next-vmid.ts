import type { Parameters } from '../../cli/command.ts';
import { allVmids, ownerOf } from '../../config/cluster.ts';
import { datacenterOption } from '../../config/datacenter.ts';
import { ParameterFailure, PveFailure } from '../../runtime/failure.ts';

const FIRST = 100;
const LAST = 1_000_000;

/** The lowest free VMID of the range that the datacenter allows, or the one asked for when it is free. Nothing is reserved. */
export function nextVmid(parameters: Parameters): string {
  const wanted = parameters.get('vmid');
  if (wanted !== undefined) {
    const owner = ownerOf(Number(wanted));
    if (!owner) return wanted;
    throw new ParameterFailure([{ parameter: 'vmid', problem: `${owner.kind} ${wanted} already exists` }]);
  }
  const range = datacenterOption('next-id');
  const [lower, upper] = [Number(range.get('lower') ?? FIRST), Number(range.get('upper') ?? LAST)];
  const taken = new Set(allVmids());
  for (let vmid = lower; vmid < upper; vmid += 1) if (!taken.has(vmid)) return String(vmid);
  throw new PveFailure(`unable to get any free VMID in range [${lower}, ${upper}]`);
}
