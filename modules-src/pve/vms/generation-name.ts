/** Name of a generation that does not hold the name of its family: `golden` becomes `golden-g1`. */
export function generationName(family: string, number: number): string {
  const suffix = `-g${number}`;
  // A part of a DNS name has 63 characters at most.
  return family.replace(/^[^.]+/, host => `${host.slice(0, 63 - suffix.length)}${suffix}`);
}

/** Whether a VM of that name is, or was, a generation of the family. */
export const isOfFamily = (family: string, name: string): boolean =>
  name === family || name === generationName(family, Number(/-g(\d+)(?:[.]|$)/.exec(name)?.[1] ?? NaN));
