import type { Caller } from '../../access/caller.ts';
import type { Section } from '../../config/sections.ts';
import { VM_OPTIONS } from '../../options/vm.ts';
import { ParameterFailure, PveFailure } from '../../runtime/failure.ts';
import { parsePropertyString } from '../../schema/property-string.ts';
import { isRootAlone, privilegesFor } from './option-privileges.ts';

/** Parameters of calls that root@pam alone may use, even where it asks for nothing unusual. */
const ROOT_PARAMETERS = ['force-cpu', 'keepActive', 'migratedfrom', 'skiplock', 'stateuri', 'targetstorage'];
const NETWORK_ZONE = '/sdn/zones/localnetwork';

/** Fails for a parameter that is root's own. */
export function assertRootParameters(parameters: ReadonlyMap<string, string>, caller: Caller): void {
  const used = caller.isRoot ? undefined : ROOT_PARAMETERS.find(name => parameters.has(name));
  if (used === undefined) return;
  throw new ParameterFailure([{ parameter: used, problem: 'Only root may use this option.' }]);
}

/** Fails unless the caller may give these options their values, drives and bridges aside; `pool`: the one of a new VM. */
export function assertMaySet(vmid: number, options: Section, caller: Caller, pool?: string): void {
  for (const [option, value] of options) {
    assertDevice(option, value, caller);
    assertOption(vmid, option, caller, pool);
  }
}

/** Fails unless the caller has one of the privileges on the VM, or on the pool that it is to be in (pve-access-control 9.0). */
export function assertOnVm(vmid: number, privileges: readonly string[], caller: Caller, pool?: string): void {
  if (pool !== undefined && privileges.some(privilege => caller.may(`/pool/${pool}`, privilege))) return;
  caller.assertOneOf(`/vms/${vmid}`, ...privileges);
}

/** Fails unless the caller may touch this option at all. */
export function assertOption(vmid: number, option: string, caller: Caller, pool?: string): void {
  if (caller.isRoot) return;
  if (isRootAlone(option)) throw new PveFailure(`only root can set '${option}' config`);
  const privileges = privilegesFor(option);
  if (privileges.length > 0) assertOnVm(vmid, privileges, caller, pool);
  if (option === 'startup') caller.assertAll('/', 'Sys.Modify');
}

/** Fails unless the caller may connect a network device to the bridge and VLAN that it names. */
export function assertBridge(option: string, value: string, caller: Caller): void {
  if (!/^net\d+$/.test(option)) return;
  const net = parsePropertyString(VM_OPTIONS[option]?.properties ?? {}, value);
  const [bridge, tag] = [net.get('bridge'), net.get('tag')];
  if (bridge === undefined) return;
  caller.assertAll([NETWORK_ZONE, bridge, ...(tag === undefined ? [] : [tag])].join('/'), 'SDN.Use');
}

// Devices of the host need a mapping that the caller may use; what is there for all guests does not.
function assertDevice(option: string, value: string, caller: Caller): void {
  const kind = /^(hostpci|usb)\d+$/.exec(option)?.[1];
  if (kind === undefined) return;
  const device = parsePropertyString(VM_OPTIONS[option]?.properties ?? {}, value);
  const mapping = device.get('mapping');
  if (mapping !== undefined) {
    caller.assertAll(`/mapping/${kind === 'usb' ? 'usb' : 'pci'}/${mapping}`, 'Mapping.Use');
  } else if (!caller.isRoot && device.get('host') !== 'spice') {
    const what = kind === 'usb' ? 'real' : 'non-mapped';
    throw new PveFailure(`only root can set '${option}' config for ${what} devices`);
  }
}
