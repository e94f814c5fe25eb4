import { controllerParams, params } from './params.ts';

/** Variables that other modules are given, or that the role only looks for and sets. */
const OTHERS = [
  'connection',
  'validate_certs',
  'cloud_image_progress',
  'vms',
  ...['vmids', 'names', 'pools', 'tags', 'nodes', 'path'].map(name => `describe_${name}`),
  ...['path', 'fail_on'].map(name => `report_${name}`),
  'node_name',
  'vm_result',
] as const;

const isVariable = (name: string): boolean => !Object.hasOwn(controllerParams, name);

/** Every variable of the role; a test compares them with the role's own list. */
export const roleVariables: readonly string[] = [...Object.keys(params).filter(isVariable), ...OTHERS].map(
  name => `proxmox_${name}`,
);

/** Variables for the API of Proxmox VE. */
export const isOfApi = (name: string): boolean => name.startsWith('proxmox_api_');

/** Variables of the classic role of this name, for operations that this one does not have, and for what needs none here. */
const CLASSIC =
  /^proxmox_(?:(?:backup|iso|network)_\w+|configure_bridge|bridge_restart_network|disk_format|vm_(?:bootdisk|templates|cloud_image_disk_override))$/;

export const isClassic = (name: string): boolean => CLASSIC.test(name) && !roleVariables.includes(name);

/** Of a host that the inventory plugin of community.proxmox knows: it has these two, and one of each line of a configuration. */
const hasFacts = (names: readonly string[]): boolean =>
  ['proxmox_vmid', 'proxmox_vmtype'].every(fact => names.includes(fact));

/** Variables that nobody knows: most likely misspelt. */
export function unknownVariables(names: readonly string[]): readonly string[] {
  const others = hasFacts(names) ? names.filter(name => name.startsWith('proxmox_vm_')) : names;
  return others.filter(name => !roleVariables.includes(name) && !isClassic(name)).sort();
}
