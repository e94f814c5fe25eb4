/** Name of a generation that does not hold the name of its family: `golden` becomes `golden-g1`. */
export const generationName = (family: string, number: number): string => suffixed(family, `-g${number}`);

/** Name of the clone by which a generation is tested. */
export const trialName = (family: string, number: number): string => suffixed(family, `-g${number}-test`);

/** A part of a DNS name has 63 characters at most. */
const suffixed = (family: string, suffix: string): string =>
  family.replace(/^[^.]+/, host => `${host.slice(0, 63 - suffix.length)}${suffix}`);

/** Whether a VM of that name is, or was, a generation of the family. */
export const isOfFamily = (family: string, name: string): boolean =>
  name === family || name === generationName(family, Number(/-g(\d+)(?:[.]|$)/.exec(name)?.[1] ?? NaN));

/** Whether a VM of that name tries, or tried, a generation of the family. */
export const isTrialOfFamily = (family: string, name: string): boolean =>
  name === trialName(family, Number(/-g(\d+)-test(?:[.]|$)/.exec(name)?.[1] ?? NaN));
