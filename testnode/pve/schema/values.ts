import { isVersion9 } from '../runtime/settings.ts';
import type { ValueSchema } from './kinds.ts';

const TRUE = /^(1|on|yes|true)$/i;
const FALSE = /^(0|off|no|false)$/i;

/** True for a text that PVE takes for yes or no. */
export function isBoolean(value: string): boolean {
  return TRUE.test(value) || FALSE.test(value);
}

/** A value as PVE keeps it: booleans as 1 and 0, anything else as given. */
export function normalise(schema: ValueSchema, value: string): string {
  if (schema.type !== 'boolean') return value;
  return TRUE.test(value) ? '1' : '0';
}

/** What PVE says about a property that is missing although another needs it. */
export function missingFor(name: string): string {
  return isVersion9()
    ? `missing property required by '${name}'`
    : `missing property - '${name}' requires this property`;
}
