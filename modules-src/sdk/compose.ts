import type { Option, Options, ValueOf } from './option.ts';

/*
 * How role variables are made of the options of modules, so that no fact is typed twice. The overloads keep the
 * literal types of the options, from which the types of stages derive.
 */

type Prefixed<P extends string, S extends Options> = {
  readonly [K in keyof S & string as `${P}${K}`]: S[K];
};

/** The same options under longer names, also where they name each other: `cores` becomes `proxmox_vm_cores`. */
export function prefixed<const P extends string, const S extends Options>(
  prefix: P,
  options: S,
): Prefixed<P, S>;
export function prefixed(prefix: string, options: Options): Options {
  // A word without an underscore may be anything, such as a value.
  const inText = (text: string): string =>
    text.replaceAll(/`(\w+_\w+)`/g, (word, name: string) =>
      Object.hasOwn(options, name) ? `\`${prefix}${name}\`` : word,
    );
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const { description } = option;
      const own = typeof description === 'string' ? inText(description) : description.map(inText);
      return [prefix + name, { ...option, description: own }];
    }),
  );
}

type DefaultsFor<S extends Options> = { readonly [K in keyof S]?: ValueOf<S[K]> };

type WithDefaults<S extends Options, D> = {
  readonly [K in keyof S]: K extends keyof D ? S[K] & { readonly default: D[K] } : S[K];
};

/** The same options with values that the role gives when the user says nothing. */
export function withDefaults<const S extends Options, const D extends DefaultsFor<S>>(
  options: S,
  defaults: D & Readonly<Record<Exclude<keyof D, keyof S>, never>>,
): WithDefaults<S, D>;
export function withDefaults(
  options: Options,
  defaults: Readonly<Record<string, unknown>>,
): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      Object.hasOwn(defaults, name) ? { ...option, default: defaults[name] } : option,
    ]),
  );
}

/** The options of these names, in their order. */
export function pick<const S extends Options, const K extends keyof S & string>(
  options: S,
  ...names: readonly K[]
): Pick<S, K>;
export function pick(options: Options, ...names: readonly string[]): Options {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** The options but those of these names. */
export function omit<const S extends Options, const K extends keyof S & string>(
  options: S,
  ...names: readonly K[]
): Omit<S, K>;
export function omit(options: Options, ...names: readonly string[]): Options {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

/** An option without some of its properties, such as `required`: what a module requires, the role need not. */
export function without<const O extends Option, const K extends keyof O & string>(
  option: O,
  ...keys: readonly K[]
): Omit<O, K>;
export function without(option: Option, ...keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(option).filter(([key]) => !keys.includes(key)));
}
