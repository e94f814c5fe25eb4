/** A guest of the cluster, by its VMID. */
export interface GuestEntry {
  readonly vmid: number;
  readonly node: string;
  readonly kind: 'qemu' | 'lxc';
  /** Its node is down, and nothing else can be known of it. */
  readonly isLost?: true;
}

/** A guest with its configuration. */
export interface GuestReading extends GuestEntry {
  /** As its file in /etc/pve has it, sections included. */
  readonly text: string;
  /** Name for which a run of ours began to make it, where the stub of that is all that is left. */
  readonly begunAs?: string;
}

/** What an operation of ours on this node that did not end has left of a VM. */
export interface Remains {
  readonly verb: 'create' | 'clone' | 'set' | 'destroy';
  /** When it began, as ISO 8601. */
  readonly since: string;
  /** A program or task of PVE still works on it. */
  readonly isBusy: boolean;
  /** Volumes that it made and that no guest names. */
  readonly volumes: readonly string[];
  /** Volumes that may be such, on storage where nothing proves it. */
  readonly doubtful: readonly string[];
  /** Snippets of a VM that was removed and that no guest names. */
  readonly snippets?: readonly string[];
}

/** Snippets that lie on storages. */
export interface SnippetList {
  readonly volumes: readonly string[];
  /** Storages whose snippets are neither shown to who asks nor removed for them. */
  readonly hidden: readonly string[];
}

/** A removal of ours on this node that did not end, of the VM that had that VMID and name. */
export interface BegunRemoval {
  readonly vmid: number;
  readonly name: string;
  readonly remains: Remains;
}

/** DNS servers and search domains. */
export interface Resolver {
  readonly servers: readonly string[];
  readonly domains: readonly string[];
}

/** A network interface as the guest sees it. */
export interface GuestInterface {
  readonly name: string;
  /** In lower case; empty where the guest does not tell. */
  readonly mac: string;
  /** Addresses other than loopback and link-local ones. */
  readonly addresses: readonly string[];
}

/** What `cloud-init status --long` says. */
interface CloudInitStatus {
  readonly status: string;
  readonly detail: string;
}

/** All that a guest shows of itself. */
export interface GuestSigns {
  readonly agent: boolean;
  readonly interfaces: readonly GuestInterface[];
  /** Address whose SSH server greets; undefined where none does, or nobody asked. */
  readonly ssh?: string | undefined;
  /** Undefined where the agent may not run programs, or nobody asked. */
  readonly cloudInit?: CloudInitStatus | undefined;
  readonly failedUnits?: readonly string[] | undefined;
}

/** How a program that was run in a guest has ended. */
export interface ProgramEnd {
  readonly exitCode: number;
  /** What it printed, on both of its channels. */
  readonly output: string;
}

/** What a test of a guest has come to. */
export interface TestOutcome {
  /** Why it has not passed, with all that the guest told; undefined: it has. */
  readonly failure: string | undefined;
}

/** What to look at of a guest besides its agent's own answers. */
export interface GuestLook {
  /** Addresses at which the guest may be, besides those that its agent reports; absent: SSH is not tried. */
  readonly sshAt?: readonly string[] | undefined;
  /** Ask for cloud-init's status and the failed units, too. */
  readonly status: boolean;
  /** How long the guest may take to tell them; absent: a minute. */
  readonly seconds?: number;
}

/** Files of /etc/pve in which guests are named by their VMIDs; undefined where there is no such file. */
export interface ClusterLists {
  /** ha/resources.cfg: `vm: 100` */
  readonly ha: string | undefined;
  /** replication.cfg: `local: 100-0` */
  readonly replication: string | undefined;
  /** jobs.cfg: `vmid 100,101` in a backup job */
  readonly jobs: string | undefined;
}
