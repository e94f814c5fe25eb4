import { parseArgs } from 'node:util';

/** What somebody wants tried, and where. */
export interface Wanted {
  readonly inventory: string;
  readonly node: string;
  readonly first: number;
  readonly last: number;
  readonly storage: string;
  readonly bridge: string;
  readonly pool: string;
  readonly image: string;
  readonly door: 'ssh' | 'api';
  /** The network of a guest that boots: `dhcp`, or an address with its prefix length. */
  readonly boot: { readonly ip: string; readonly gateway: string | undefined } | undefined;
  /** Name of the report without an ending. */
  readonly report: string;
  /** Handed to every `ansible-playbook`. */
  readonly extra: readonly string[];
}

/** VMIDs that the scenarios take. */
const NEEDED = 9;
const IMAGE = 'https://cloud.debian.org/images/cloud/trixie/latest/debian-13-genericcloud-amd64.qcow2';

export const USAGE = `-i INVENTORY --node NODE --vmids FIRST-LAST [options]
  --api               by the API, as PROXMOX_HOST, PROXMOX_TOKEN_ID and PROXMOX_TOKEN_SECRET of the environment; no -i is needed
  --storage NAME      of the disks (local-lvm)
  --bridge NAME       of the networks (vmbr0)
  --pool NAME         made for the run, and removed (proxmox-role-acceptance)
  --image URL         of a cloud image (${IMAGE})
  --boot dhcp         boots a VM, too, and waits for the agent that it installs from the internet
  --boot IP/PREFIX --gateway IP
                      boots a VM, too, and waits for its SSH server at that free address
  --report PATH       of the report, without .json and .md (acceptance-report)
  -e NAME=VALUE       a variable for every playbook, as ansible-playbook takes it; may be repeated`;

/** Reads the arguments; an error says what is missing. */
export function readArguments(argv: readonly string[]): Wanted {
  const { values } = parseArgs({ args: [...argv], strict: true, options: OPTIONS });
  const { node, vmids, api } = values;
  if (node === undefined) throw new Error('--node is missing: name the node');
  const [, first, last] = /^(\d+)-(\d+)$/.exec(vmids ?? '') ?? [];
  const range = { first: Number(first), last: Number(last) };
  if (!(range.first >= 100 && range.last - range.first + 1 >= NEEDED))
    throw new Error(`--vmids is to be FIRST-LAST, with ${NEEDED} VMIDs or more, from 100`);
  if (!api && values.inventory === undefined)
    throw new Error('-i is missing: name an inventory, or say --api');
  const { storage, bridge, pool, image, report } = values;
  // It also names a directory of the node.
  if (!/^[A-Za-z][\w-]*$/.test(pool)) throw new Error('--pool is to be of letters, digits, _ and -');
  const boot = bootOf(values);
  const door = api ? 'api' : 'ssh';
  const inventory = values.inventory ?? '/dev/null';
  const extra = (values.extra ?? []).flatMap(variable => ['-e', variable]);
  return { inventory, node, ...range, storage, bridge, pool, image, door, boot, report, extra };
}

function bootOf({ boot, gateway }: { readonly boot?: string; readonly gateway?: string }): Wanted['boot'] {
  if (boot !== undefined && boot !== 'dhcp' && gateway === undefined)
    throw new Error('--gateway is missing: name that of the address');
  return boot === undefined ? undefined : { ip: boot, gateway };
}

const OPTIONS = {
  inventory: { type: 'string', short: 'i' },
  node: { type: 'string' },
  vmids: { type: 'string' },
  storage: { type: 'string', default: 'local-lvm' },
  bridge: { type: 'string', default: 'vmbr0' },
  pool: { type: 'string', default: 'proxmox-role-acceptance' },
  image: { type: 'string', default: IMAGE },
  boot: { type: 'string' },
  gateway: { type: 'string' },
  api: { type: 'boolean', default: false },
  report: { type: 'string', default: 'acceptance-report' },
  extra: { type: 'string', short: 'e', multiple: true },
} as const;
