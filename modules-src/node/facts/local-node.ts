import { hostname } from 'node:os';

/** Name of this node: the host name without its domain. */
export const localNode = (): string => hostname().split('.', 1)[0] ?? hostname();
