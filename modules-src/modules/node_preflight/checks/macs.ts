import { isTemplate, nextValues } from '../../../pve/text/vm-config.ts';
import type { VmRecord } from '../../../pve/vms/guest.ts';
import { onNode, problem, type Check, type Subject } from '../check.ts';
import type { Wanted } from '../params.ts';
import { wantedClones } from '../wishes.ts';
import type { Node } from '../world.ts';

/** A MAC address that is given, and to whom. */
interface MacWish {
  readonly owner: string;
  readonly vmid: number | undefined;
  /** A clone without a VMID may be any guest. */
  readonly isKnown: boolean;
  readonly mac: string;
  readonly subject: Subject;
}

const MAC = /=((?:[0-9a-f]{2}:){5}[0-9a-f]{2})(?=,|$)/gi;

const macsIn = (text: string): readonly string[] =>
  [...text.matchAll(MAC)].map(([, mac = '']) => mac.toUpperCase());

/** Those of a template bother nobody: it never runs, and its clones get others. */
function macWishes(wanted: Wanted): readonly MacWish[] {
  const { vm_vmid: vmid, vm_name: name = '', vm_networks: networks = {} } = wanted;
  const isOfGuest = wanted.vm_state !== 'absent' && wanted.vm_make_template !== true;
  return [
    ...Object.entries(isOfGuest ? networks : {}).flatMap(([device, text]) =>
      macsIn(text).map((mac): MacWish => ({
        ...{ owner: `${device} of VM ${name}`, vmid, isKnown: true, mac },
        subject: `vm_networks.${device}`,
      })),
    ),
    ...wantedClones(wanted).flatMap((clone, index) =>
      Object.entries(clone.networks ?? {}).flatMap(([device, text]) =>
        macsIn(text).map((mac): MacWish => ({
          ...{ owner: `${device} of clone ${clone.name}`, vmid: clone.vmid, mac },
          isKnown: clone.vmid !== undefined,
          subject: `vm_clones[${index}].networks`,
        })),
      ),
    ),
  ];
}

/** Whichever comes later in the variables is told. */
export const checkMacTwins: Check = wanted => {
  const wishes = macWishes(wanted);
  return wishes.flatMap(({ mac, owner, subject }, index) => {
    const first = wishes.slice(0, index).find(other => other.mac === mac);
    if (first === undefined) return [];
    const message = `${mac} of ${owner} is the MAC address of ${first.owner}, too`;
    return [problem('PVE-NET-012', subject, message, 'give each its own, or none: Proxmox VE makes one')];
  });
};

/** Both may be meant, such as an old VM that is stopped for good. */
export const checkMacs = onNode((wanted, { others }) =>
  macWishes(wanted).flatMap(({ vmid, isKnown, mac, owner, subject }) => {
    const twins = (isKnown ? others : []).filter(one => one.vmid !== vmid && runsWith(one, mac));
    if (twins.length === 0) return [];
    const names = twins.map(({ vmid: id, node, config }) => {
      const name = config.get('name') ?? config.get('hostname') ?? '';
      return `${id} (${name}) on node ${node}`;
    });
    const message = `${mac} of ${owner} is the MAC address of ${names.join(' and ')}, too`;
    const fix = 'give another one, or none, unless they never run in one network at a time';
    return [problem('PVE-NET-013', subject, message, fix)];
  }),
);

const runsWith = ({ config }: VmRecord, mac: string): boolean =>
  !isTemplate(config) && macsOf(config).includes(mac);

const macsOf = (config: VmRecord['config']): readonly string[] =>
  [...config, ...nextValues(config)].flatMap(([key, value]) => (/^net\d+$/.test(key) ? macsIn(value) : []));

/** Whether a MAC address is given that its guest does not have yet. */
export const bringsMac = (wanted: Wanted, records: Node['records']): boolean =>
  macWishes(wanted).some(({ vmid, isKnown, mac }) => {
    const record = records.get(vmid ?? 0);
    return isKnown && (record === undefined || !macsOf(record.config).includes(mac));
  });
