import { sections } from './variables.ts';

/** Sections whose variables are the whole run's: an entry of `proxmox_vms` cannot have its own. */
const OF_THE_RUN: readonly string[] = [
  ...['Operation', 'Several VMs', 'Descriptions', 'Reports'],
  'Behaviour of the role',
];

/** The name as it is typed once one knows that it is about a VM: without its prefix. */
const keyOf = (variable: string): string => variable.replace(/^proxmox_(?:vm_)?/, '');

const keysOf = (isOfRun: boolean): Readonly<Record<string, string>> =>
  Object.fromEntries(
    sections
      .filter(({ title }) => OF_THE_RUN.includes(title) === isOfRun)
      .flatMap(({ variables }) => Object.keys(variables).map(name => [keyOf(name), name])),
  );

/** Keys of an entry of `proxmox_vms`, with the variables that they stand for: `memory` is `proxmox_vm_memory`. */
export const entryKeys = keysOf(false);

/** The same of variables that stand beside `proxmox_vms` only. */
export const runKeys = keysOf(true);
