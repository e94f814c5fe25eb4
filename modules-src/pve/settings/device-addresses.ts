import { defineOptions } from '../../sdk/option.ts';
import { ADDRESSES, NET_SLOT } from '../text/patterns.ts';

/** The addresses of a network device, as entries of a dictionary have them. */
export const deviceAddresses = {
  keys: NET_SLOT,
  texts: ADDRESSES,
  values: defineOptions({
    ip: { type: 'str', description: 'IPv4.' },
    gw: { type: 'str', description: 'IPv4 gateway.' },
    ip6: { type: 'str', description: 'IPv6.' },
    gw6: { type: 'str', description: 'IPv6 gateway.' },
  }),
} as const;
