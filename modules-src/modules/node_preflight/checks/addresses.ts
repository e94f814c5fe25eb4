import { isDynamic } from '../../../pve/text/gateway.ts';
import { deviceAddress } from '../../../pve/cloud-init/changes.ts';
import { parseProperties } from '../../../pve/text/property-string.ts';
import { isMalformed, type Subject } from '../check.ts';
import type { Wanted } from '../params.ts';
import { ownConfig, wantedClones, wantsCloudInit } from '../wishes.ts';
import type { Node, World } from '../world.ts';

/** The address of one network device, as the user wrote it. */
export interface AddressWish {
  /** Who gets it, to be named in a message. */
  readonly owner: string;
  readonly address: string;
  readonly addressSubject: Subject;
  readonly gateway: string | undefined;
  readonly gatewaySubject: Subject;
  /** Without a gateway the guest has no way out. */
  readonly needsGateway: boolean;
}

/** Every address that a guest is to have, of the VM and of its clones. */
export const addressWishes = (wanted: Wanted, world: World): AddressWish[] => [
  ...(wantsCloudInit(wanted) ? vmAddresses(wanted, world) : []),
  ...cloneAddresses(wanted, world),
];

/** A malformed address is absent and has its problem already: nothing may be concluded from its absence. */
export function vmAddresses(wanted: Wanted, world: World): AddressWish[] {
  const owner = `VM ${wanted.vm_name ?? ''}`;
  const first = {
    owner,
    address: wanted.vm_cloud_init_ip ?? 'dhcp',
    addressSubject: 'vm_cloud_init_ip',
    gateway: wanted.vm_cloud_init_gw,
    gatewaySubject: 'vm_cloud_init_gw',
    // A network part of the user's own says all that there is to say.
    needsGateway: !isMalformed(world, 'vm_cloud_init_gw') && !hasNetworkPart(wanted),
  } as const;
  const second = {
    owner,
    address: wanted.vm_cloud_init_ip6 ?? 'auto',
    addressSubject: 'vm_cloud_init_ip6',
    gateway: wanted.vm_cloud_init_gw6,
    gatewaySubject: 'vm_cloud_init_gw6',
    // Routers announce themselves to IPv6 hosts.
    needsGateway: false,
  } as const;
  const known = [first, second].filter(({ addressSubject }) => !isMalformed(world, addressSubject));
  const further = furtherAddresses(
    wanted.vm_cloud_init_networks,
    owner,
    device => `vm_cloud_init_networks.${device}`,
  );
  return [...known, ...further];
}

const hasNetworkPart = (wanted: Wanted): boolean =>
  wanted.vm_cloud_init_network_data !== undefined ||
  wanted.vm_cloud_init_network_data_file !== undefined ||
  wanted.vm_cloud_init_network_snippet !== undefined;

/** Further devices, as `qm` takes them: `ip=10.0.0.5/24,gw=10.0.0.1`. Only one of them needs a gateway, if any. */
function furtherAddresses(
  networks: Wanted['vm_cloud_init_networks'] = {},
  owner: string,
  subjectOf: (device: string) => Subject,
): AddressWish[] {
  return Object.entries(networks).flatMap(([device, text]) => {
    const properties = parseProperties(deviceAddress(text), 'ip');
    const subject = subjectOf(device);
    return (['', '6'] as const).flatMap((family): AddressWish[] => {
      const address = properties.get(`ip${family}`);
      if (address === undefined) return [];
      return [
        {
          owner: `${device} of ${owner}`,
          address,
          addressSubject: subject,
          gateway: properties.get(`gw${family}`),
          gatewaySubject: subject,
          needsGateway: false,
        },
      ];
    });
  });
}

/** A clone with a static address and no gateway of its own has the template's. */
function cloneAddresses(wanted: Wanted, world: World): AddressWish[] {
  const inherited = templateGateway(wanted, world.node);
  const isTold = !isMalformed(world, 'vm_cloud_init_ip') && !isMalformed(world, 'vm_cloud_init_gw');
  return wantedClones(wanted).flatMap((clone, index): AddressWish[] => {
    const [owner, address] = [`clone ${clone.name}`, clone.ip ?? 'dhcp'];
    const first = {
      owner,
      address,
      addressSubject: `vm_clones[${index}].ip`,
      gateway: clone.gw ?? (isDynamic(address) ? undefined : inherited),
      gatewaySubject: `vm_clones[${index}].gw`,
      needsGateway: isTold,
    } as const;
    const second = {
      owner,
      address: clone.ip6 ?? 'auto',
      addressSubject: `vm_clones[${index}].ip6`,
      gateway: clone.gw6,
      gatewaySubject: `vm_clones[${index}].gw6`,
      needsGateway: false,
    } as const;
    const further = furtherAddresses(clone.addresses, owner, () => `vm_clones[${index}].addresses`);
    return [first, second, ...further];
  });
}

/** The gateway of the VM's variables, which clones are told of; else the one that the template has. */
function templateGateway(wanted: Wanted, node: Node | undefined): string | undefined {
  if (wanted.vm_cloud_init_gw !== undefined) return wanted.vm_cloud_init_gw;
  const found = node === undefined ? undefined : ownConfig(wanted, node)?.get('ipconfig0');
  return parseProperties(found ?? '', 'ip').get('gw');
}
