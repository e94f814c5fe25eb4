import { defineOptions } from '../../sdk/option.ts';
import { ADDRESSES, GATEWAY, IPV4_CONFIG, IPV6, IPV6_CONFIG, NET_SLOT } from '../text/patterns.ts';

/** The addresses of a network device, as entries of a dictionary have them. */
export const deviceAddresses = {
  keys: NET_SLOT,
  texts: ADDRESSES,
  values: defineOptions({
    ip: { type: 'str', pattern: IPV4_CONFIG, description: 'IPv4.' },
    gw: { type: 'str', pattern: GATEWAY, description: 'IPv4 gateway.' },
    ip6: { type: 'str', pattern: IPV6_CONFIG, description: 'IPv6.' },
    gw6: { type: 'str', pattern: IPV6, description: 'IPv6 gateway.' },
  }),
} as const;
