import type { NetworkSettings } from '../sdk/image.ts';

/** Nothing between a client and its server. */
export const NETWORK: NetworkSettings = {
  proxy: undefined,
  validateCerts: true,
  caPath: undefined,
  login: undefined,
  connectTimeout: 30,
  stallTimeout: 60,
};
