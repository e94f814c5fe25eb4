const UNITS = ['', 'K', 'M', 'G', 'T'] as const;

/** A number alone is bytes, as for `qm resize`: so few of them that a unit was forgotten are no size. */
const BYTES = '\\d+(\\.\\d+)?[KMGT]|\\d{7,}';

/** What a size looks like: a number with a binary unit. */
export const SIZE = {
  regex: `^(${BYTES})$`,
  says: 'a size with its unit, such as 32G (K, M, G, T of 1024)',
};

/** The same of space that may be none. */
export const SPACE = { regex: `^(0|${BYTES})$`, says: `0, or ${SIZE.says}` };

/** The same of growth, with a leading plus sign allowed. */
export const SIZE_INCREASE = {
  regex: `^\\+?(0|${BYTES})$`,
  says: 'an increase with its unit, such as +5G (K, M, G, T of 1024)',
};

/** Bytes of a size such as `2304M`, as PVE reads it; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = /^\+?(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  return Math.round(Number(digits) * 1024 ** UNITS.findIndex(candidate => candidate === unit));
}

/** The largest unit that divides the bytes evenly, as PVE writes sizes: 2415919104 → `2304M`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value > 0 && value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${UNITS[unit] ?? ''}`;
}
