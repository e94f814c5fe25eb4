import { isVersion9 } from '../runtime/settings.ts';
import type { FormatName } from './formats.ts';

/** Rules for one value, in the words of JSON Schema that PVE uses. */
export interface ValueSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  readonly format?: FormatName;
  /** A value that is itself a list `key=value,key=value`. */
  readonly properties?: PropertySchemas;
  /** What is wrong with the properties together, or nothing. */
  readonly check?: (properties: ReadonlyMap<string, string>) => string | undefined;
  readonly required?: boolean;
  /** Another property that must be given too. */
  readonly requires?: string;
  /** Given several times, its values are one list. */
  readonly isList?: boolean;
  /** The items of the list may have commas: what separates them is no character of a text. */
  readonly isOfTexts?: boolean;
  /** What the usage shows instead of the type. */
  readonly typetext?: string;
}

/** What joins the values of a list. */
export const separatorOf = ({ isOfTexts = false }: ValueSchema): string => (isOfTexts ? '\0' : ',');

/** One property of a property string. */
export interface PropertySchema extends ValueSchema {
  /** A bare value without `key=` belongs to this property. */
  readonly isDefault?: boolean;
  /**
   * Another name of the property `target`. With `keyFor`, the name itself is a value too: `virtio=MAC` is
   * `model=virtio,macaddr=MAC`.
   */
  readonly alias?: { readonly target: string; readonly keyFor?: string };
}

export type PropertySchemas = Readonly<Record<string, PropertySchema>>;

/** The parameters of a command, by name. */
export type ParameterSchemas = Readonly<Record<string, ValueSchema>>;

/** A boolean, as PVE accepts it: `1`, `yes`, `on`, `true` and their opposites. */
export const BOOLEAN: ValueSchema = { type: 'boolean' };

/** Rules that only release 9 has. */
export function onlyIn9<T>(schemas: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return isVersion9() ? schemas : {};
}

/** Any text. */
export const TEXT: ValueSchema = { type: 'string' };

/** A whole number with optional limits. */
export function integer(min?: number, max?: number): ValueSchema {
  return { type: 'integer', ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): ValueSchema {
  return { type: 'string', enum: words };
}

/** Text of a named format. */
export function formatted(format: FormatName): ValueSchema {
  return { type: 'string', format };
}

/** A list, each item of a named format. */
export function listOf(format: FormatName): ValueSchema {
  return { type: 'string', format, isList: true };
}

/** Another name of a property. */
export function aliasOf(target: string, keyFor?: string): PropertySchema {
  return { type: 'string', alias: { target, ...(keyFor === undefined ? {} : { keyFor }) } };
}

/** A property string. */
export function propertyString(properties: PropertySchemas): ValueSchema {
  return { type: 'string', properties };
}
