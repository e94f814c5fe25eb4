/** What can be chosen for one node. */
export interface NodeOptions {
  /** `9` behaves as Proxmox VE 9.2, `8` as 8.4, `8.2.6` as 8.4 with the import message used before 8.2.7. */
  readonly version: '9' | '8' | '8.2.6';
  /** Seconds of processor time that each `qm` and `pvesm` call burns; a real one takes about 0.42. */
  readonly callCost: number;
  /** Whether `qm start` boots QEMU or starts a process that only looks like a VM. */
  readonly guests: 'boot' | 'pretend';
  /** Whether the node has Node.js on its PATH, as a user's node may or may not have. */
  readonly nodejs: boolean;
  /** Further entries of /etc/testnode/settings.json. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** What can be chosen for a cluster; the options of nodes hold for each node that `perNode` does not name. */
export interface ClusterOptions extends Partial<NodeOptions> {
  /** Number of nodes: pve01, pve02, … */
  readonly nodes?: number;
  readonly perNode?: Readonly<Record<string, Partial<NodeOptions>>>;
  /** Text of /etc/pve/storage.cfg, if not that of a fresh installation. */
  readonly storageConfig?: string;
  /** First three numbers of the /24 that joins controller, nodes and guests. */
  readonly network?: string;
  /** More addresses with prefix length for the controller, such as `192.168.1.1/24`, to reach guests there. */
  readonly extraAddresses?: readonly string[];
  /** Directory with the bundled PVE programs, if not those of this project; `none` leaves the nodes without them. */
  readonly programs?: string;
  /** Keeps the cluster running when this process ends, under this name; else it dies with it. */
  readonly persistAs?: string;
}

const DEFAULT_NODE: NodeOptions = {
  version: '9',
  callCost: 0,
  guests: 'pretend',
  nodejs: true,
  settings: {},
};

export const DEFAULT_NETWORK = '10.98.0';

/** Names of a cluster's nodes, in order. */
export function nodeNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `pve${String(index + 1).padStart(2, '0')}`);
}

/** The options of one node: its own, else the cluster's, else the defaults. */
export function optionsOf(name: string, cluster: ClusterOptions): NodeOptions {
  const own = cluster.perNode?.[name] ?? {};
  return {
    version: own.version ?? cluster.version ?? DEFAULT_NODE.version,
    callCost: own.callCost ?? cluster.callCost ?? DEFAULT_NODE.callCost,
    guests: own.guests ?? cluster.guests ?? DEFAULT_NODE.guests,
    nodejs: own.nodejs ?? cluster.nodejs ?? DEFAULT_NODE.nodejs,
    settings: { ...cluster.settings, ...own.settings },
  };
}
