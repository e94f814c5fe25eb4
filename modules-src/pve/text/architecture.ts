/** Architectures in the words of Debian, and how the names of images say them. */
const NAMES: readonly (readonly [Architecture, RegExp])[] = [
  ['amd64', /(?:^|[^a-z0-9])(?:amd64|x86[_-]64)(?:[^a-z0-9]|$)/i],
  ['arm64', /(?:^|[^a-z0-9])(?:arm64|aarch64)(?:[^a-z0-9]|$)/i],
];

export type Architecture = 'amd64' | 'arm64';

/** The architecture that the name of an image tells; undefined when it tells none. */
export const architectureOf = (name: string): Architecture | undefined =>
  NAMES.find(([, pattern]) => pattern.test(name))?.[0];
