/** Name of a generation that does not hold the name of its family: `golden` becomes `golden-g1`. */
export function generationName(family: string, number: number): string {
  const suffix = `-g${number}`;
  // A part of a DNS name has 63 characters at most.
  return family.replace(/^[^.]+/, host => `${host.slice(0, 63 - suffix.length)}${suffix}`);
}
