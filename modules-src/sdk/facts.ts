/** What can be said of any machine, Proxmox VE or not, and by any user. */
export interface MachineFacts {
  readonly name: string;
  readonly isRoot: boolean;
  /** Version of the Node.js that runs this. */
  readonly nodejs: string;
  /** Architecture in Node.js's words: x64, arm64. This and what follows is absent where nobody may see it. */
  readonly architecture: string | undefined;
  readonly cpus: number | undefined;
  readonly memoryMib: number | undefined;
  /** `unmounted`: Proxmox VE is installed, but its cluster file system does not run. */
  readonly clusterFiles: 'mounted' | 'unmounted' | 'absent';
  readonly qm: string | undefined;
  readonly versions: { readonly manager: string | undefined; readonly qemuServer: string | undefined };
  readonly hasKvm: boolean;
  /** Whether it has virt-fw-vars, by which Proxmox VE reads the keys that a new EFI disk is to have. */
  readonly hasKeyReader: boolean;
}

/** What stands at a path, or can be made there. */
export interface Place {
  readonly kind: 'directory' | 'missing' | 'other';
  /** Of a directory: whether it can be written into. Of a missing one: whether it can be made. */
  readonly isWritable: boolean;
  readonly freeBytes: number;
  /** How others than root could exchange what is there; absent: they could not. */
  readonly exposure?: { readonly why: string; readonly wayOut: string };
}

/** Bridges by name, with their MTU. */
export type Bridges = ReadonlyMap<string, number>;

/** A name that stands for a device on each node of the cluster. */
export interface DeviceMapping {
  readonly name: string;
  readonly devices: readonly MappedDevice[];
}

export interface MappedDevice {
  readonly node: string;
  /** Address of a PCI device, port of a USB device; empty where the mapping names none. */
  readonly path: string;
  /** IOMMU group that a PCI device had when the mapping was made. */
  readonly group: string | undefined;
}

/** By path: each privilege with whether it holds below that path, too. */
export type Permissions = ReadonlyMap<string, ReadonlyMap<string, boolean>>;
