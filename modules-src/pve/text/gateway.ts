/** Words for an address that the guest gets by itself, or not at all. */
const DYNAMIC: readonly string[] = ['dhcp', 'auto', 'manual'];

export const isDynamic = (address: string): boolean => DYNAMIC.includes(address);

/** Said instead of a gateway: the network leads nowhere else, and that is meant. */
export const NO_GATEWAY = 'none';

/** What is wrong with a static address that has no gateway: the guest has no way out. Completes "it …". */
export const gatewayFault = (address: string | undefined, gateway: string | undefined): string | undefined =>
  address === undefined || isDynamic(address) || gateway !== undefined
    ? undefined
    : `has the static address ${address} and no gateway`;
