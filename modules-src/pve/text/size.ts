const UNITS = ['', 'K', 'M', 'G', 'T'] as const;

/** What a size looks like: a number with an optional binary unit. */
export const SIZE = {
  regex: '^\\d+(\\.\\d+)?[KMGT]?$',
  says: 'a size such as 32G (units K, M, G, T of 1024)',
};

/** The same with a leading plus sign allowed. */
export const SIZE_INCREASE = {
  regex: '^\\+?\\d+(\\.\\d+)?[KMGT]?$',
  says: 'an increase such as +5G (units K, M, G, T of 1024)',
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
