import { VM_OPTIONS } from '../options/vm.ts';
import { PveFailure } from '../runtime/failure.ts';
import { parsePropertyString } from '../schema/property-string.ts';

/** Fails for properties of a machine that do not go together. */
export function assertMachine(text: string): void {
  const machine = parsePropertyString(VM_OPTIONS.machine?.properties ?? {}, text);
  const [viommu, width] = [machine.get('viommu'), machine.get('aw-bits')];
  if (viommu === 'intel') {
    if (!machine.get('type')?.includes('q35')) {
      throw new PveFailure('to use Intel vIOMMU please set the machine type to q35');
    }
    if (width !== undefined && !['39', '48'].includes(width)) {
      throw new PveFailure('Intel vIOMMU supports only 39 or 48 bits as address width');
    }
  }
  if (width !== undefined && viommu === undefined) {
    throw new PveFailure('cannot set aw-bits if no vIOMMU is configured');
  }
}
