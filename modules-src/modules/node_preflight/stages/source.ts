import { imageSlotOption } from '../../../pve/settings/vm-options.ts';
import { identityOptions } from '../../../pve/vms/identity-options.ts';
import { defineOptions, type Option, type ValueOf } from '../../../sdk/option.ts';
import { pick, prefixed } from '../../../sdk/compose.ts';
import { params } from '../params.ts';

const identity = pick(identityOptions, 'vmid', 'name');

/** What the role works out for the stages, and preflight for itself. */
const workedOut = {
  // Who is worked on: a template with generations is at times another VM than the variables name.
  ...prefixed('work_', identity),
  ...prefixed('template_', identity),
  ...imageSlotOption,
  ...defineOptions({
    brings_drive: { type: 'bool', description: 'The cloud-init drive comes with the disk of the image.' },
  }),
};

const sourceOptions = { ...params, ...workedOut };

/** Where an option of a stage's module has its value from: a parameter of preflight, or what the role computes. */
export type Source = keyof typeof sourceOptions;

export type SourceValue<S extends Source> = (typeof sourceOptions)[S] extends infer O extends Option
  ? ValueOf<O>
  : never;

/** Options of a module, each with its source. */
export type Sources = Readonly<Record<string, Source>>;

type SameSources<P extends string, S> = {
  readonly [K in keyof S & string as `${P}${K}` extends Source ? K : never]: `${P}${K}` & Source;
};

/** Every option that has a source of the same name behind a prefix: `memory` has `vm_memory`. */
export function sameSources<const P extends string, const S extends Readonly<Record<string, Option>>>(
  prefix: P,
  options: S,
): SameSources<P, S>;
export function sameSources(prefix: string, options: Readonly<Record<string, Option>>): object {
  return Object.fromEntries(
    Object.keys(options)
      .filter(name => Object.hasOwn(sourceOptions, prefix + name))
      .map(name => [name, prefix + name]),
  );
}
