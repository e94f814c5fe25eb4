import type { Option, Options } from './option.ts';

type FromRole<P extends string, S extends Options> = {
  readonly [K in keyof S & string as `${P}${K}`]: Omit<S[K], 'required' | 'default'>;
};

/**
 * The options under the names of the role's variables. None is required and none has a default here: preflight judges
 * what the role hands over, and a value that did not validate is simply absent.
 */
export function fromRole<const P extends string, const S extends Options>(
  prefix: P,
  options: S,
): FromRole<P, S>;
export function fromRole(prefix: string, options: Options): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [prefix + name, optional(option)]),
  );
}

const optional = (option: Option): object =>
  Object.fromEntries(Object.entries(option).filter(([key]) => key !== 'required' && key !== 'default'));

type WithoutPrefix<P extends string, V> = {
  readonly [K in keyof V as K extends `${P}${infer N}` ? N : never]: V[K];
};

/** The values of such options under their own names. */
export function withoutPrefix<const P extends string, const V extends Readonly<Record<string, unknown>>>(
  prefix: P,
  values: V,
): WithoutPrefix<P, V>;
export function withoutPrefix(prefix: string, values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
