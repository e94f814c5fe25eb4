import { windowsVersion } from '../config/windows.ts';
import { VM_OPTIONS } from '../options/vm.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { isVersion9, nodeSettings } from '../runtime/settings.ts';
import { formatPropertyString, parsePropertyString } from '../schema/property-string.ts';
import type { Properties } from '../schema/property-string.ts';

const SCHEMAS = VM_OPTIONS.machine?.properties ?? {};

/** Revisions that PVE gives to QEMU's machine versions, for those that have one. */
const REVISIONS: Readonly<Record<string, number>> = {
  '4.1': 2,
  '9.2': 1,
  ...(isVersion9() ? { '10.0': 1, '11.0': 2 } : {}),
};
const FAMILIES: Readonly<Record<string, string>> = { pc: 'pc-i440fx', q35: 'pc-q35', virt: 'virt' };

/** Fails for properties of a machine that do not go together. */
export function assertMachine(text: string): void {
  assertProperties(parsePropertyString(SCHEMAS, text));
}

/**
 * A machine as it is stored for a guest system. Windows sees new hardware when the machine changes, so the version of a
 * Windows VM's machine is fixed.
 */
export function machineFor(
  ostype: string | undefined,
  text: string | undefined,
  arch?: string,
): string | undefined {
  const machine = parsePropertyString(SCHEMAS, text ?? '');
  const family = FAMILIES[machine.get('type') ?? (arch === 'aarch64' ? 'virt' : 'pc')];
  if (family !== undefined && windowsVersion(ostype) > 0) {
    machine.set('type', `${family}-${installedMachineVersion()}`);
    print(`pinning machine type to '${machine.get('type') ?? ''}' for Windows guest OS`);
  }
  assertProperties(machine);
  return machine.size === 0 ? undefined : formatPropertyString(SCHEMAS, machine);
}

function installedMachineVersion(): string {
  const version = nodeSettings().qemu.split('.').slice(0, 2).join('.');
  const revision = REVISIONS[version];
  return revision === undefined ? version : `${version}+pve${revision}`;
}

function assertProperties(machine: Properties): void {
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
