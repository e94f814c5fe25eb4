import { parseProperties, type Properties } from '../../../pve/text/property-string.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { onNode, problem, type Check, type Subject } from '../check.ts';
import type { Wanted } from '../params.ts';
import { isTesting } from '../wishes.ts';
import type { Node } from '../world.ts';

interface Device {
  readonly subject: Subject;
  readonly properties: Properties;
}

const devices = ({ vm_networks: networks = {} }: Wanted): Device[] =>
  Object.entries(networks).map(([name, text]) => ({
    subject: `vm_networks.${name}`,
    properties: parseProperties(text, 'model'),
  }));

/** The network of a clone that is tested. */
const testDevices = (wanted: Wanted): Device[] => {
  const { vm_template_test_bridge: bridge } = wanted;
  return bridge === undefined || !isTesting(wanted)
    ? []
    : [{ subject: 'vm_template_test_bridge', properties: new Map([['bridge', bridge]]) }];
};

/** Linux bridges, Open vSwitch bridges and VNets of the SDN alike are interfaces of the node. */
export const checkBridges = onNode((wanted, node, { name }) =>
  // By the API only who may use a whole zone is told what is in it.
  wanted.api_host !== undefined && node.bridges.size === 0
    ? []
    : [...devices(wanted), ...testDevices(wanted)].flatMap(device => [
        ...missingBridge(device, node, name),
        ...wrongMtu(device, node),
      ]),
);

function missingBridge({ subject, properties }: Device, { bridges }: Node, name: string): Problem[] {
  const bridge = properties.get('bridge');
  if (bridge === undefined || bridges.has(bridge)) return [];
  const known = [...bridges.keys()].filter(one => /^vmbr/.test(one));
  const others = known.length > 0 ? known : [...bridges.keys()];
  return [
    problem(
      'PVE-NET-007',
      subject,
      `${name} has no bridge "${bridge}"`,
      others.length > 0
        ? `choose one of ${others.join(', ')}, or make it in the node’s network settings`
        : 'make it in the node’s network settings',
    ),
  ];
}

/** PVE takes 1 for "that of the bridge", and refuses at the start of the VM what is larger than that. */
function wrongMtu({ subject, properties }: Device, { bridges }: Node): Problem[] {
  const text = properties.get('mtu');
  const limit = bridges.get(properties.get('bridge') ?? '');
  if (text === undefined || text === '1' || limit === undefined) return [];
  const mtu = Number(text);
  if (Number.isInteger(mtu) && mtu >= 576 && mtu <= limit) return [];
  return [
    problem(
      'PVE-NET-010',
      subject,
      `mtu=${text} does not fit ${properties.get('bridge') ?? ''}, which has ${limit}`,
      `write mtu=1 for the bridge’s own, or a number from 576 to ${limit}`,
    ),
  ];
}

export const checkVlans: Check = wanted =>
  devices(wanted).flatMap(({ subject, properties }) => {
    const tag = properties.get('tag');
    if (tag === undefined || (/^\d+$/.test(tag) && Number(tag) >= 1 && Number(tag) <= 4094)) return [];
    return [problem('PVE-NET-009', subject, `the VLAN tag is "${tag}"`, 'give a number from 1 to 4094')];
  });
