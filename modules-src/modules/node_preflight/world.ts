import type { GuestEntry } from '../../sdk/readings.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { Identity } from '../../pve/vms/ownership.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import type { Bridges, DeviceMapping, MachineFacts, Permissions, Place } from '../../sdk/facts.ts';
import type { Answer, Problem } from '../../sdk/define-module.ts';

/** What root sees on a Proxmox VE node. */
export interface Node {
  /** Every node of the cluster. */
  readonly nodes: readonly string[];
  /** Those that are down. */
  readonly lost: readonly string[];
  /** Undefined where nothing tells. */
  readonly isQuorate: boolean | undefined;
  readonly storages: readonly Storage[];
  readonly guests: readonly GuestEntry[];
  /** The guests whose VMIDs are wanted, for the VM or a clone. */
  readonly records: ReadonlyMap<number, VmRecord>;
  /** Every guest that can be looked at; none where no MAC address is new that is given. */
  readonly others: readonly VmRecord[];
  /** Names of all guests by VMID; empty where everything that is wanted exists. */
  readonly guestNames: ReadonlyMap<number, string>;
  /** Bytes free by storage, as this node told its cluster last; empty where it did not. */
  readonly storageFree: ReadonlyMap<string, number>;
  readonly isRunning: boolean;
  /** VMID of our VM of that name, where it is wanted without one and exists. */
  readonly vmidOfName: number | undefined;
  /** Why the name does not tell which VM is meant. */
  readonly vmidProblem: { readonly why: string; readonly fix: string } | undefined;
  readonly bridges: Bridges;
  /** Undefined where no PCI device is wanted. */
  readonly pci: PciFacts | undefined;
  readonly usbMappings: readonly DeviceMapping[];
  readonly dirMappings: readonly DeviceMapping[];
  /** Processor models of the administrator's own; undefined where none is wanted or nothing tells. */
  readonly customModels: readonly string[] | undefined;
  /** Names of the pools; undefined where none is wanted or nothing tells. */
  readonly pools: readonly string[] | undefined;
  /** By path: directories of the storages that are wanted, and of the image cache. */
  readonly places: ReadonlyMap<string, Place>;
  /** Snippets and ISO images that are named, and that their storages do not have. */
  readonly missingFiles: readonly string[];
  /** The file of SSH keys, where it is for the node to find. */
  readonly keyFile: KeyFile | undefined;
  /** The image, where the cache has it. */
  readonly image: { readonly bytes: number; readonly virtualSize: number } | undefined;
}

/** A file of SSH public keys that is for the node to find. */
type KeyFile =
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable' }
  | { readonly state: 'read'; readonly keys: readonly string[] };

export interface PciFacts {
  readonly devices: readonly string[];
  readonly mappings: readonly DeviceMapping[];
  /** IOMMU group of each device but the bridges; empty where the node cannot hand devices over. */
  readonly groups: ReadonlyMap<string, string>;
}

/** What whoever asks the API may. */
export interface Access {
  readonly held: Permissions;
  /** Names of roles; empty where nothing is missing. */
  readonly roles: readonly string[];
}

/** What need not run. */
export interface Settled {
  /** Answers of modules, by their names. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** Stages of which no module would do anything. */
  readonly idle: readonly string[];
}

export interface World {
  readonly machine: MachineFacts;
  /** Undefined where there is no Proxmox VE, or this process is not root and sees only a part. */
  readonly node: Node | undefined;
  /** The current generation of a template that gives way to newer ones, or a first one that is none yet; undefined where there is neither. */
  readonly current?: Identity | undefined;
  /** Undefined by SSH: root may everything. */
  readonly access?: Access | undefined;
  /** What the stages need not do. */
  readonly settled?: Settled;
  /** Why the API tells nothing. */
  readonly troubles?: readonly Problem[];
  /** Parameters that did not validate; their values are absent. */
  readonly malformed: readonly Problem[];
}
