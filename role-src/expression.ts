import type { Option, ValueOf } from '../modules-src/sdk/option.ts';
import { ownVariables, type OwnVariables } from './own-variables.ts';
import { variables, type VariableName, type Variables } from './variables.ts';

/** A text in Jinja that Ansible fills in when a task runs; `T` is what it then is. */
export interface Expression<T> {
  readonly template: string;
  /** Only for the compiler: an expression of one type is not one of another. */
  readonly type?: T;
}

type OwnName = keyof OwnVariables;

/** Variables of the role whose value is yes or no. */
type SwitchName = {
  [N in VariableName]: Variables[N] extends { readonly type: 'bool'; readonly default: boolean } ? N : never;
}[VariableName];

/** The value of a variable; a module's argument is left out when the user says nothing and there is no default. */
export function use<const N extends VariableName>(name: N): Expression<ValueOf<Variables[N]>>;
export function use(name: VariableName): Expression<unknown> {
  const option: Option = variables[name];
  const always = option.required === true || option.default !== undefined;
  return { template: always ? `{{ ${name} }}` : `{{ ${name} | default(omit) }}` };
}

/** The value of one of the role's own variables. */
export function own<const N extends OwnName>(name: N): Expression<ValueOf<OwnVariables[N]['option']>>;
export function own(name: OwnName): Expression<unknown> {
  return { template: `{{ ${name} }}` };
}

/** A condition: the switch is on. */
export const isOn = (name: SwitchName): string => `${name} | bool`;

/** A condition: the VM is not to be removed. */
export const isKept = "(proxmox_vm_state != 'absent')";

/** A condition: the own variable holds something. */
export const isGiven = (name: OwnName): string => `${name} | length > 0`;

/** What every variable of the same name gives to options of a module: `memory` gets `proxmox_vm_memory`. */
type SameNames<P extends string, S> = {
  readonly [K in keyof S & string as `${P}${K}` extends VariableName ? K : never]: Expression<
    ValueOf<Variables[`${P}${K}` & VariableName]>
  >;
};

export function sameNames<const P extends string, const S extends Readonly<Record<string, Option>>>(
  prefix: P,
  options: S,
): SameNames<P, S>;
export function sameNames(
  prefix: string,
  options: Readonly<Record<string, Option>>,
): Readonly<Record<string, Expression<unknown>>> {
  return Object.fromEntries(
    Object.keys(options).flatMap(name => {
      const variable = prefix + name;
      return isVariable(variable) ? [[name, use(variable)]] : [];
    }),
  );
}

const isVariable = (name: string): name is VariableName => Object.hasOwn(variables, name);

/** Whether a name is one of the role's own variables; for tests of texts that mention them. */
export const isOwn = (name: string): name is OwnName => Object.hasOwn(ownVariables, name);
