import type { Bridges, DeviceMapping, MachineFacts, Permissions, Place } from './facts.ts';
import type {
  BegunRemoval,
  ClusterLists,
  GuestEntry,
  GuestLook,
  GuestReading,
  GuestSigns,
  Remains,
  Resolver,
  SnippetList,
  TestOutcome,
} from './readings.ts';
import type { ClusterAction } from './step.ts';
import type {
  FoundImage,
  ImageReading,
  ImageSource,
  ImageWish,
  NamedImage,
  PartialImage,
  UnusedImage,
} from './image.ts';

/** What an image is named for: to be told by its `name`, to be looked into, or to be kept for its import as well. */
export type ImageUse = 'name' | 'look' | 'import';

interface UnusedQuery {
  /** Directory or storage that is the cache. */
  readonly place: string;
  readonly days: number;
  /** Path of an image that is wanted now. */
  readonly except: string;
}

/** What modules may ask of Proxmox VE. Answers are plain data, texts in PVE's own form, which pve/ interprets. */
export interface Readings {
  /** Every VM and container of the cluster; none where there is no Proxmox VE. */
  readonly listGuests: () => Promise<readonly GuestEntry[]>;
  /** The guest with that VMID, wherever in the cluster it is. */
  readonly readGuest: (vmid: number) => Promise<GuestReading | undefined>;
  /** Whether a VM of this node runs. */
  readonly isRunning: (vmid: number) => Promise<boolean>;
  /** Whether a VM that runs was started after this module began its work. */
  readonly startedSinceModule: (vmid: number) => Promise<boolean>;
  /** Whether VMs of other nodes can be worked on from here, too. */
  readonly reachesOtherNodes: () => Promise<boolean>;
  /** Looks at a guest that runs. */
  readonly readSigns: (vmid: number, look: GuestLook) => Promise<GuestSigns>;
  /** What the test of a guest has come to that this process has made; undefined: it has made none. */
  readonly readTestOutcome: () => Promise<TestOutcome | undefined>;
  /** What names guests by their VMIDs besides their own configurations. */
  readonly readClusterLists: () => Promise<ClusterLists>;

  /** What an interrupted operation of ours has left of the VM of that VMID, if anything. */
  readonly readRemains: (vmid: number) => Promise<Remains | undefined>;

  /** What runs of ours on this machine remember of a VM besides what stands in it. */
  readonly readRemembered: (vmid: number) => Promise<readonly string[]>;

  /** What interrupted removals of ours have left of VMs that are gone. */
  readonly readRemovals: () => Promise<readonly BegunRemoval[]>;

  /** For whose VM a run of ours holds, or held, a VMID; undefined where nothing tells. */
  readonly claimantOf: (vmid: number) => Promise<string | undefined>;
  /**
   * Takes the first of the VMIDs that no other run holds, until this process ends; the one that it holds for that name
   * already where that is among them. Undefined: all are held.
   */
  readonly claimVmid: (name: string, vmids: readonly number[]) => Promise<number | undefined>;
  /** The first of the VMIDs that no other run holds or keeps: it is kept for that name for an hour, so that another run makes a VM of it. */
  readonly keepVmid: (name: string, vmids: readonly number[]) => Promise<number | undefined>;
  /** Waits until no other run looks for a VM of that name, and keeps others waiting until this process ends. */
  readonly holdName: (name: string) => Promise<void>;

  /** As /etc/pve/storage.cfg has them. */
  readonly readStorages: () => Promise<string>;
  /** Bytes free on a storage; undefined where nothing tells. */
  readonly readFreeBytes: (storage: string) => Promise<number | undefined>;

  /** Volumes on a storage of this node that bear the VMID of a VM, whether it names them or not. */
  readonly listVolumes: (storage: string, vmid: number) => Promise<readonly string[]>;

  /** What there is of a wanted image; servers are asked where nothing on this side can answer. */
  readonly findImage: (wish: ImageWish) => Promise<FoundImage>;
  /** An image as a disk is to be made of it. */
  readonly readSource: (image: NamedImage, use: ImageUse) => Promise<ImageSource>;
  /** How much of an image that is being downloaded is there; undefined where none is. */
  readonly readPartialImage: (image: NamedImage) => Promise<PartialImage | undefined>;
  /** Images of ours, and downloads that were given up, that nobody has needed for more than so many days. */
  readonly listUnusedImages: (cache: UnusedQuery) => Promise<readonly UnusedImage[]>;
  /** An image in the cache; undefined where nothing is known of it. */
  readonly readImage: (image: NamedImage) => Promise<ImageReading | undefined>;

  /** Whether snippets can be read and written: where not, texts for cloud-init go on a drive of our own. */
  readonly writesSnippets: () => Promise<boolean>;
  /** Contents of snippets by their volumes; what is not there, or has no file, is left out. */
  readonly readSnippets: (volumes: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** The same of those that nobody but us can read: all others are as good as missing. */
  readonly readOwnSnippets: Readings['readSnippets'];
  /** Every snippet on the storages, whoever wrote it. */
  readonly listSnippets: (storages: readonly string[]) => Promise<SnippetList>;
  /** Texts on a VM's cloud-init drive by their names; undefined where it cannot be read, which is no fault. */
  readonly readCloudInitDrive: (volume: string) => Promise<ReadonlyMap<string, string> | undefined>;
  /** Volumes of the ISO images on storages. */
  readonly listIsoImages: (storages: readonly string[]) => Promise<readonly string[]>;
  /** Those of the volumes, snippets and ISO images, that their storages do not have, as far as these tell. */
  readonly missingFiles: (volumes: readonly string[]) => Promise<readonly string[]>;
  /** What the node tells guests that have no DNS servers of their own. */
  readonly readResolver: () => Promise<Resolver>;

  /** What can be said of any machine, Proxmox VE or not. */
  readonly readMachine: () => Promise<MachineFacts>;
  /** Names of the cluster's nodes. */
  readonly listNodes: () => Promise<readonly string[]>;
  /** Names of those that are down. */
  readonly listLostNodes: () => Promise<readonly string[]>;
  /** Whether anything can be changed in the cluster; undefined where nothing tells. */
  readonly readQuorum: () => Promise<boolean | undefined>;
  /** Names of VMs and host names of containers by VMID; guests without one are left out. */
  readonly readGuestNames: (guests: readonly GuestEntry[]) => Promise<ReadonlyMap<number, string>>;
  /** Pool of each guest that is in one. */
  readonly readPools: () => Promise<ReadonlyMap<number, string>>;
  /** Names of the pools that there are; undefined where not all of them are told. */
  readonly listPools: () => Promise<readonly string[] | undefined>;
  readonly readBridges: () => Promise<Bridges>;
  /** Addresses of the PCI devices, such as 0000:01:00.0. */
  readonly listPciDevices: () => Promise<readonly string[]>;
  /** IOMMU group of each PCI device, bridges left out: they stay with the node. */
  readonly readIommuGroups: () => Promise<ReadonlyMap<string, string>>;
  /** What whoever asks may do, by path: each privilege, and whether it holds below, too. Undefined: everything, as root on the node. */
  readonly readPermissions: () => Promise<Permissions | undefined>;
  /** Names of the roles of Proxmox VE's access control. */
  readonly listRoles: () => Promise<readonly string[]>;
  readonly readMappings: (kind: 'pci' | 'usb' | 'dir') => Promise<readonly DeviceMapping[]>;
  /** Processor models that an administrator has made, `custom-` before their names; undefined where nothing tells. */
  readonly listCustomModels: () => Promise<readonly string[] | undefined>;
  /** What stands at a path; a missing one is judged by the nearest directory above it. */
  readonly readPlace: (path: string) => Promise<Place>;

  /** A text file of the machine on which the module runs; undefined where there is none. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** A password as crypt(3) writes it; `kind` as `openssl passwd` names it, such as -5. */
  readonly crypt: (password: string, kind: string, salt: string) => Promise<string>;
}

export type Reading = keyof Readings;

/** A part of Proxmox VE that can be asked for some readings, seen from the node that is worked on. */
export type Part<R extends Reading> = Pick<Readings, R> & { readonly node: string };

/** What is not done, why, and what to do. */
export interface Refusal {
  readonly action: ClusterAction;
  readonly why: string;
}

/** How a door did what was asked of it. */
export interface WayOfWork {
  /** What Proxmox VE has complained of although it did its work. */
  readonly warnings: readonly string[];
  /** What the result tells besides. */
  readonly told: Readonly<Record<string, unknown>>;
}

/**
 * What the engine does with Proxmox VE, whichever way it is reached. A way that cannot do an operation refuses it before
 * anything is changed.
 */
export interface Door {
  /** Throws a StepError where the operation did not do what it should. */
  readonly perform: (action: ClusterAction) => Promise<void>;
  /** Hears what is about to be done, and may get ready for it. */
  readonly expect: (actions: readonly ClusterAction[]) => void;
  /** Ends what it has started for the work, and tells how that was done. */
  readonly end: () => Promise<WayOfWork>;
  /** The first operation of a lane that cannot be done in this way, or not by who asks; asked before any of them is done. */
  readonly refusal: (actions: readonly ClusterAction[]) => Promise<Refusal | undefined>;
  /** The operation as a person would type it, secrets left out; undefined where no one command does it. */
  readonly show: (action: ClusterAction) => string | undefined;
  /** Does some work while no other run of ours works on what has these names. */
  readonly alone: <T>(names: readonly string[], work: () => Promise<T>) => Promise<T>;
  /** Operations that gain something from running at once; more only slow each other down. */
  readonly parallel: number;
}

/** Proxmox VE for one module: what it asks, and what it does. */
export type Cluster<R extends Reading = Reading> = Part<R> & Door;
