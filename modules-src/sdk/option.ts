/**
 * An option in the words of Ansible's argument spec: a module parameter and a role variable are both one.
 * Everything that must agree about an option (types, validation, defaults, documentation) derives from this value.
 */
export type Option = StringOption | NumberOption | BooleanOption | ListOption | DictOption;

export type Options = Readonly<Record<string, Option>>;

/** What a text must look like: `regex` is anchored by its author, `says` completes "must be …". */
export interface Pattern {
  readonly regex: string;
  readonly says: string;
}

interface Described {
  readonly description: string | readonly string[];
  readonly required?: true;
  /** Never shown: masked in results, messages, diffs and logs. */
  readonly secret?: true;
  readonly aliases?: readonly string[];
  /** What to use instead: whoever gives the option is told. */
  readonly deprecated?: string;
  /** Value for the generated documentation. */
  readonly example?: unknown;
}

export interface StringOption extends Described {
  readonly type: 'str' | 'path';
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly pattern?: Pattern;
  /** Yes and no are meant as well. */
  readonly orBoolean?: true;
}

interface NumberOption extends Described {
  readonly type: 'int' | 'float';
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
  /** What is counted, for whoever writes it with another unit. */
  readonly unit?: string;
}

interface BooleanOption extends Described {
  readonly type: 'bool';
  readonly default?: boolean;
}

export interface ListOption extends Described {
  readonly type: 'list';
  readonly elements: 'str' | 'int' | 'dict';
  readonly options?: Options;
  readonly pattern?: Pattern;
  /** Characters that separate texts of the list which stand in one, besides the comma of Ansible. */
  readonly separators?: string;
  readonly default?: readonly unknown[];
}

export interface DictOption extends Described {
  readonly type: 'dict';
  readonly options?: Options;
  /** Pattern of the keys of a free dictionary, such as net0, net1. */
  readonly keys?: Pattern;
  /** What each value of a free dictionary is: a dictionary of these. */
  readonly values?: Options;
  /** A text, where there are no `values`, or as well. */
  readonly texts?: Pattern;
  readonly default?: Readonly<Record<string, unknown>>;
}

type TextOf<O> = O extends { choices: readonly (infer C)[] } ? C : string;

type ElementOf<O> = O extends { elements: 'int' }
  ? number
  : O extends { elements: 'dict'; options: infer S extends Options }
    ? ValuesOf<S>
    : O extends { elements: 'dict' }
      ? Readonly<Record<string, unknown>>
      : string;

type DictOf<O> = O extends { options: infer S extends Options }
  ? ValuesOf<S>
  : O extends { values: infer S extends Options }
    ? Readonly<Record<string, ValuesOf<S> | (O extends { texts: Pattern } ? string : never)>>
    : Readonly<Record<string, O extends { texts: Pattern } ? string : unknown>>;

/** The type that the value of an option has after coercion and validation. */
export type ValueOf<O extends Option> = O extends { type: 'int' | 'float' }
  ? number
  : O extends { type: 'bool' }
    ? boolean
    : O extends { type: 'list' }
      ? readonly ElementOf<O>[]
      : O extends { type: 'dict' }
        ? DictOf<O>
        : TextOf<O>;

/** Options that always have a value: required ones and those with a default. */
type Present = { readonly required: true } | { readonly default: unknown };

type PresentKeys<S> = { [K in keyof S]: S[K] extends Present ? K : never }[keyof S];

/** The values of a set of options; what is neither required nor has a default may be undefined. */
export type ValuesOf<S extends Options> = {
  readonly [K in PresentKeys<S>]: S[K] extends Option ? ValueOf<S[K]> : never;
} & {
  readonly [K in Exclude<keyof S, PresentKeys<S>>]?: S[K] extends Option ? ValueOf<S[K]> | undefined : never;
};

/** The options of what an option holds: of a dictionary, or of each value of one, or of each element of a list. */
export function optionsWithin(option: Option): Options | undefined {
  if (option.type === 'list') return option.options;
  return option.type === 'dict' ? (option.options ?? option.values) : undefined;
}

/** Keeps the literal types of a set of options, from which `ValuesOf` derives. */
export function defineOptions<const S extends Options>(options: S): S {
  return options;
}
