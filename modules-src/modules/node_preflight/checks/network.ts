import {
  isInNetwork,
  isLinkLocal,
  parseInterfaceAddress,
  parseIp,
  reservedAs,
  sameIp,
  type InterfaceAddress,
} from '../../../pve/text/ip.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { problem, variableOf, type Check, type Subject } from '../check.ts';
import { wantedClones, wantsCloudInit } from '../wishes.ts';
import { gatewayFault, isDynamic, NO_GATEWAY } from '../../../pve/text/gateway.ts';
import { addressWishes, type AddressWish } from './addresses.ts';

/** Addresses and gateways, each for itself. */
export const checkAddresses: Check = (wanted, world) => addressWishes(wanted, world).flatMap(wishProblems);

function wishProblems(wish: AddressWish): Problem[] {
  if (isDynamic(wish.address)) return ignoredGateway(wish);
  const host = parseInterfaceAddress(wish.address);
  if (host === undefined) {
    return [
      problem(
        'PVE-NET-001',
        wish.addressSubject,
        `"${wish.address}" is no address with its prefix length`,
        'write it like 192.168.1.100/24 or 2001:db8::10/64, or dhcp',
      ),
    ];
  }
  return [...reservedAddress(wish, host), ...gatewayProblems(wish, host)];
}

function ignoredGateway({ gateway, address, gatewaySubject }: AddressWish): Problem[] {
  if (gateway === undefined || gateway === NO_GATEWAY) return [];
  const message = `the gateway ${gateway} is ignored, because the address is "${address}"`;
  return [problem('PVE-NET-011', gatewaySubject, message, 'remove it, or give a static address')];
}

function reservedAddress({ address, addressSubject }: AddressWish, host: InterfaceAddress): Problem[] {
  const what = reservedAs(host);
  if (what === undefined) return [];
  const message = `${address} is the ${what === 'network' ? 'address of the network itself' : 'broadcast address'}`;
  return [problem('PVE-NET-008', addressSubject, message, 'give an address of a host in that network')];
}

function gatewayProblems(wish: AddressWish, host: InterfaceAddress): Problem[] {
  const { gateway, gatewaySubject: subject, address, owner } = wish;
  if (gateway === NO_GATEWAY) return [];
  if (gateway === undefined) return wish.needsGateway ? [noGateway(wish)] : [];
  const ip = parseIp(gateway);
  if (ip === undefined || ip.family !== host.address.family) {
    const fix = `write it like ${host.address.family === 4 ? '192.168.1.1' : '2001:db8::1'}`;
    return [
      problem(
        'PVE-NET-001',
        subject,
        `the gateway "${gateway}" is no IPv${host.address.family} address`,
        fix,
      ),
    ];
  }
  if (sameIp(ip, host.address)) {
    const message = `the gateway ${gateway} is the address of ${owner} itself`;
    return [problem('PVE-NET-004', subject, message, 'give the address of the router')];
  }
  if (isInNetwork(ip, host) || isLinkLocal(ip)) return [];
  const message = `the gateway ${gateway} is not in the network of ${address} (${owner}): it gets a route of its own`;
  return [
    problem(
      'PVE-NET-003',
      subject,
      message,
      'correct the gateway or the prefix length, unless the router is there',
    ),
  ];
}

const noGateway = ({ owner, address, addressSubject, gatewaySubject }: AddressWish): Problem =>
  problem(
    'PVE-NET-002',
    addressSubject,
    `${owner} ${gatewayFault(address, undefined) ?? ''}`,
    `set ${variableOf(gatewaySubject)}, or to none for a network without a way out`,
  );

/** Two guests with one address: whichever comes later in the variables is told. */
export const checkTwins: Check = (wanted, world) => {
  const hosts = addressWishes(wanted, world).flatMap(wish => {
    const host = parseInterfaceAddress(wish.address);
    return host === undefined ? [] : [{ wish, host }];
  });
  return hosts.flatMap(({ wish, host }, index) => {
    const first = hosts.slice(0, index).find(other => sameIp(other.host.address, host.address));
    if (first === undefined) return [];
    const message = `${wish.address} of ${wish.owner} is the address of ${first.wish.owner}, too`;
    return [problem('PVE-NET-006', wish.addressSubject, message, 'give each its own address')];
  });
};

export const checkDns: Check = wanted => [
  ...(wantsCloudInit(wanted) ? badServers('vm_cloud_init_dns', wanted.vm_cloud_init_dns?.join(' ')) : []),
  ...wantedClones(wanted).flatMap((clone, index) => badServers(`vm_clones[${index}].dns`, clone.dns)),
];

function badServers(subject: Subject, list: string | undefined): Problem[] {
  const servers = (list ?? '').split(/[\s,;]+/).filter(server => server !== '');
  return servers
    .filter(server => parseIp(server) === undefined)
    .map(server =>
      problem(
        'PVE-NET-005',
        subject,
        `the DNS server "${server}" is no IP address`,
        'give addresses such as 1.1.1.1',
      ),
    );
}
