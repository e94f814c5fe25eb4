/** Architectures in the words of Debian, and how the names of images say them. */
const NAMES: readonly (readonly [Architecture, RegExp])[] = [
  ['amd64', /(?:^|[^a-z0-9])(?:amd64|x86[_-]64)(?:[^a-z0-9]|$)/i],
  ['arm64', /(?:^|[^a-z0-9])(?:arm64|aarch64)(?:[^a-z0-9]|$)/i],
  ['armhf', /(?:^|[^a-z0-9])(?:armhf|armhfp|armel|armv[67]l?|armv7hl)(?:[^a-z0-9]|$)/i],
  ['riscv64', /(?:^|[^a-z0-9])riscv64(?:gc)?(?:[^a-z0-9]|$)/i],
  ['ppc64el', /(?:^|[^a-z0-9])(?:ppc64(?:el|le)?|powerpc64(?:le)?)(?:[^a-z0-9]|$)/i],
  ['s390x', /(?:^|[^a-z0-9])s390x(?:[^a-z0-9]|$)/i],
  ['loong64', /(?:^|[^a-z0-9])loong(?:arch)?64(?:[^a-z0-9]|$)/i],
];

export type Architecture = 'amd64' | 'arm64' | 'armhf' | 'riscv64' | 'ppc64el' | 's390x' | 'loong64';

/** The architecture that the name of an image tells; undefined when it tells none. */
export const architectureOf = (name: string): Architecture | undefined =>
  NAMES.find(([, pattern]) => pattern.test(name))?.[0];
