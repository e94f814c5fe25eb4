import { optionName } from '../../sdk/option-name.ts';
import type { MachineFacts } from '../../sdk/facts.ts';
import type { cloneOptions } from '../../pve/settings/clone-options.ts';
import type { Problem } from '../../sdk/define-module.ts';
import type { Code } from './codes.ts';
import type { ParamName, Wanted } from './params.ts';
import type { Node, World } from './world.ts';

/** Looks at what is wanted and what is there; pure. */
export type Check = (wanted: Wanted, world: World) => readonly Problem[];

type CloneVariable = `vm_clones[${number}].${keyof typeof cloneOptions}`;

type Part =
  | `vm_networks.${string}`
  | `vm_disks.${string}`
  | `vm_data_disks.${string}`
  | `vm_extra_config.${string}`;

/** What a problem is about: a parameter, a part of one, or nothing that a variable could mend. */
export type Subject =
  | ''
  | ParamName
  | CloneVariable
  | Part
  | `vm_gpu[${number}]`
  | `vm_cloud_init_networks.${string}`
  | `vm_cloud_init_ssh_keys[${number}]`
  | `vm_clones[${number}].ssh_keys[${number}]`;

/** What the reader calls a place in the parameters. */
export const variableAt = (path: string): string =>
  path.replace(/^(?:vm_)?(\w+)/, (_, name: string) => optionName(name));

/** The same of one that is known to be there. */
export const variableOf = (subject: Subject): string => variableAt(subject);

export function problem(code: Code, subject: Subject, message: string, fix: string): Problem {
  return { code, variable: variableOf(subject), message, fix };
}

/** A check that needs a Proxmox VE node to look at, and has nothing to say elsewhere. */
export function onNode(
  check: (wanted: Wanted, node: Node, machine: MachineFacts) => readonly Problem[],
): Check {
  return (wanted, { node, machine }) => (node === undefined ? [] : check(wanted, node, machine));
}

/** Whether a value was given that did not validate: it is absent, but not forgotten. */
export const isMalformed = ({ malformed }: World, parameter: ParamName): boolean =>
  malformed.some(({ variable }) => variable.split(/[.[]/, 1)[0] === parameter);
