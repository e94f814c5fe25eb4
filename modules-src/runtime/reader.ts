import type { Problem } from '../sdk/define-module.ts';
import type { Reader } from '../sdk/option-name.ts';

/** What the role gives to the options of a module; the build takes it from the role's tasks. */
export interface RoleVariables {
  /** Options of the module with the variables they are given. */
  readonly given: Readonly<Record<string, string>>;
  /** Options that the role never leaves out: their variables have defaults. */
  readonly always: readonly string[];
  /** Variables that do not begin with `proxmox_vm_`. */
  readonly others: readonly string[];
}

/** Whether a module with these parameters goes by the API. */
export const goesByApi = ({ api_host: host }: Readonly<Record<string, unknown>>): boolean =>
  typeof host === 'string' && host !== '';

/** The role says so in the environment of its tasks: an argument would stand in every one of them. */
const IN_ROLE = 'PROXMOX_ROLE_VARIABLES';

/** Who reads what this run says, and which machine it speaks of: by the API modules run on the controller. */
export function readerOf(
  { given, others }: RoleVariables,
  byApi: boolean,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Reader {
  const isInRole = environment[IN_ROLE] !== undefined;
  const variableOf = (option: string): string =>
    others.includes(`proxmox_${option}`) ? `proxmox_${option}` : `proxmox_vm_${option}`;
  const own = new Map(Object.entries(given).map(([name, variable]) => [variable, name]));
  return {
    isInRole,
    here: byApi ? 'the controller' : 'the node',
    nameOf: option => (isInRole ? variableOf(option) : (own.get(variableOf(option)) ?? option)),
  };
}

/** A place in the parameters, such as `clones[0].vmid`, as the reader knows it. */
export const placeFor = ({ isInRole }: Reader, { given }: RoleVariables, path: string): string =>
  isInRole ? path.replace(/^\w+/, name => given[name] ?? name) : path;

/** Ansible leaves `omit` out of the parameters of a module; as a variable it takes the default of the role away. */
export const omitted = (
  { isInRole }: Reader,
  { always }: RoleVariables,
  params: Readonly<Record<string, unknown>>,
): readonly Problem[] =>
  always
    .filter(name => isInRole && params[name] === undefined)
    .map(name => ({
      code: 'PVE-PARAM',
      variable: name,
      message: `${name} is omit, which takes the default of the role away`,
      fix: 'leave the variable out, or make the VMs with proxmox_vms, whose entries name what is not as by default',
    }));
