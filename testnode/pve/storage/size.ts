const UNITS = ['', 'K', 'M', 'G', 'T'] as const;
const BINARY_NAMES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes of a size such as `32G`, `1.5T` or `512`; nothing when it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text);
  if (!match) return undefined;
  const power = UNITS.findIndex(unit => unit === match[2]);
  return Math.trunc(Number(match[1]) * 1024 ** power);
}

/** A size in the largest unit that divides it: `2304M`, `528K`, `512`; nothing at all is `0T`. */
export function formatSize(bytes: number): string {
  let power = 0;
  let rest = bytes;
  while (power < UNITS.length - 1 && rest % 1024 === 0) {
    rest /= 1024;
    power += 1;
  }
  return `${rest}${UNITS[power] ?? ''}`;
}

/** A size for people: `2.2 GiB`. */
export function renderBytes(bytes: number): string {
  let power = 0;
  let rest = bytes;
  while (power < BINARY_NAMES.length - 1 && rest >= 1024) {
    rest /= 1024;
    power += 1;
  }
  return `${fixed(rest, 1)} ${BINARY_NAMES[power] ?? ''}`;
}

/** A number with some decimals as printf writes it: an exact half goes to the even neighbour, 2.25 becomes 2.2. */
export function fixed(number: number, digits: number): string {
  const factor = 10 ** digits;
  const scaled = number * factor;
  const rounded = scaled % 1 === 0.5 ? 2 * Math.round(scaled / 2) : Math.round(scaled);
  return (rounded / factor).toFixed(digits);
}
