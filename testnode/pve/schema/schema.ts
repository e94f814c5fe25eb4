import type { FormatName } from './formats.ts';

/** Rules for one value, in the words of JSON Schema that PVE uses. */
export interface ValueSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  readonly format?: FormatName;
  /** A value that is itself a list `key=value,key=value`. */
  readonly properties?: PropertySchemas;
  readonly required?: boolean;
  /** Another property that must be given too. */
  readonly requires?: string;
  /** What the usage shows instead of the type. */
  readonly typetext?: string;
}

/** One property of a property string. */
export interface PropertySchema extends ValueSchema {
  /** A bare value without `key=` belongs to this property. */
  readonly isDefault?: boolean;
  /** This key means `target=<this key>` and gives its value to `valueFor`: `virtio=MAC` is `model=virtio,macaddr=MAC`. */
  readonly alias?: { readonly target: string; readonly valueFor: string };
}

export type PropertySchemas = Readonly<Record<string, PropertySchema>>;

/** The parameters of a command, by name. */
export type ParameterSchemas = Readonly<Record<string, ValueSchema>>;

/** A boolean, as PVE accepts it: `1`, `yes`, `on`, `true` and their opposites. */
export const BOOLEAN: ValueSchema = { type: 'boolean' };

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

/** A property string. */
export function propertyString(properties: PropertySchemas): ValueSchema {
  return { type: 'string', properties };
}
