interface CodeEntry {
  /** What is wrong, in general. */
  readonly title: string;
  /** Absent: an error, nothing is touched. */
  readonly severity?: 'warning';
}

/** Every code that preflight may report. A code keeps its meaning; one that is no longer used is not given again. */
export const codes = {
  'PVE-NODE-001': { title: 'The machine is no Proxmox VE node' },
  'PVE-NODE-002': { title: 'The cluster file system /etc/pve is not mounted' },
  'PVE-NODE-003': { title: 'The machine reached is not the node meant' },
  'PVE-NODE-004': { title: 'The cluster has no node of that name' },
  'PVE-NODE-005': { title: 'The connection is not root’s' },
  'PVE-NODE-006': { title: 'The program qm is missing' },
  'PVE-NODE-007': { title: 'A version of Proxmox VE cannot be read' },
  'PVE-NODE-008': { title: 'Proxmox VE is too old' },
  'PVE-NODE-009': { title: 'The role is not tested with this version of Proxmox VE', severity: 'warning' },
  'PVE-NODE-010': { title: 'The cluster has no quorum' },
  'PVE-NODE-011': { title: 'KVM is missing', severity: 'warning' },
  'PVE-NODE-012': { title: 'Node.js is too old' },

  'PVE-VAR-001': { title: 'A variable has no known name' },
  'PVE-VAR-002': { title: 'A value is malformed' },
  'PVE-VAR-003': { title: 'A required variable is not set' },
  'PVE-VAR-004': { title: 'Variables of the API are not used', severity: 'warning' },
  'PVE-VAR-005': { title: 'A value holds a template that was not filled in' },

  'PVE-VM-001': { title: 'The number belongs to a VM of another name' },
  'PVE-VM-002': { title: 'The number belongs to a container' },
  'PVE-VM-003': { title: 'The VM is on another node', severity: 'warning' },
  'PVE-VM-004': { title: 'The VM was left unfinished' },
  'PVE-VM-005': { title: 'The VM that is to become a template runs', severity: 'warning' },
  'PVE-VM-006': { title: 'A template cannot be given a disk' },
  'PVE-VM-007': { title: 'A template cannot be started' },
  'PVE-VM-008': { title: 'A VM with snapshots cannot become a template' },
  'PVE-VM-009': { title: 'Memory hotplug needs NUMA' },
  'PVE-VM-010': { title: 'CPU hotplug needs NUMA', severity: 'warning' },
  'PVE-VM-011': { title: 'Ballooning leaves more memory than there is' },
  'PVE-VM-012': { title: 'The VM has more CPU cores than the node', severity: 'warning' },
  'PVE-VM-013': { title: 'The VM has more memory than the node', severity: 'warning' },
  'PVE-VM-014': { title: 'UEFI and the firmware contradict each other' },
  'PVE-VM-015': { title: 'PCI Express needs machine q35' },
  'PVE-VM-016': { title: 'A GPU is named in no way, or in two' },
  'PVE-VM-017': { title: 'There is no such PCI device or mapping' },
  'PVE-VM-018': { title: 'The node cannot hand PCI devices to a VM', severity: 'warning' },
  'PVE-VM-019': { title: 'The boot order names a device that the VM does not have' },
  'PVE-VM-020': { title: 'An extra option belongs to the role, or is none' },
  'PVE-VM-021': { title: 'A task holds the lock of the VM', severity: 'warning' },
  'PVE-VM-022': { title: 'The IOMMU group of a PCI device holds other devices', severity: 'warning' },
  'PVE-VM-023': { title: 'A resource mapping does not fit the node' },
  'PVE-VM-024': { title: 'There is no such USB mapping' },
  'PVE-VM-025': { title: 'An emulated processor cannot be the one of the node' },
  'PVE-VM-026': { title: 'The name belongs to another guest, too', severity: 'warning' },
  'PVE-VM-027': { title: 'The machine has no bus of that kind' },
  'PVE-VM-028': { title: 'The VM that is to become a template runs, and nothing allows to stop it' },

  'PVE-STO-001': { title: 'There is no such storage' },
  'PVE-STO-002': { title: 'The storage is disabled' },
  'PVE-STO-003': { title: 'The storage is not for this node' },
  'PVE-STO-004': { title: 'The storage does not hold disk images' },
  'PVE-STO-005': { title: 'The storage does not hold snippets' },
  'PVE-STO-006': { title: 'The storage cannot hold files' },
  'PVE-STO-007': { title: 'The directory of a storage is missing or cannot be written' },
  'PVE-STO-008': { title: 'The storage has not enough space' },
  'PVE-STO-009': { title: 'The image cache cannot be used' },
  'PVE-STO-010': { title: 'The image cache has little space', severity: 'warning' },
  'PVE-STO-011': { title: 'The storage cannot hold templates' },
  'PVE-STO-012': { title: 'The storage has less space than the disk may fill', severity: 'warning' },
  'PVE-STO-013': { title: 'The storage does not hold images to import' },

  'PVE-NET-001': { title: 'An address is malformed' },
  'PVE-NET-002': { title: 'A static address has no gateway' },
  'PVE-NET-003': { title: 'The gateway is not in the network of the address' },
  'PVE-NET-004': { title: 'The gateway is the address itself' },
  'PVE-NET-005': { title: 'A DNS server is no address' },
  'PVE-NET-006': { title: 'An address is given twice' },
  'PVE-NET-007': { title: 'The node has no such bridge' },
  'PVE-NET-008': { title: 'The address is that of a network, or its broadcast address' },
  'PVE-NET-009': { title: 'A VLAN tag is out of range' },
  'PVE-NET-010': { title: 'The MTU does not fit the bridge' },
  'PVE-NET-011': { title: 'A gateway is ignored because the address is not static', severity: 'warning' },

  'PVE-CI-001': { title: 'A text is no SSH public key' },
  'PVE-CI-002': { title: 'The file of SSH keys does not exist' },
  'PVE-CI-003': { title: 'The file of SSH keys cannot be read, or holds none' },
  'PVE-CI-004': { title: 'Nobody can log in', severity: 'warning' },
  'PVE-CI-005': { title: 'A snippet is no cloud-config' },
  'PVE-CI-006': { title: 'The password has a form that Proxmox VE cannot use' },
  'PVE-CI-007': {
    title: 'An address is for a network device that the VM does not have',
    severity: 'warning',
  },
  'PVE-CI-008': { title: 'The guest agent cannot be installed', severity: 'warning' },
  'PVE-CI-009': { title: 'The search domain is no domain' },
  'PVE-CI-010': { title: 'A cloud-config lacks its first line', severity: 'warning' },
  'PVE-CI-011': { title: 'The file of a snippet does not exist' },

  'PVE-IMG-001': { title: 'The catalogue has no such image' },
  'PVE-IMG-002': { title: 'The URL of the image is malformed' },
  'PVE-IMG-003': { title: 'The checksum is a placeholder or malformed' },
  'PVE-IMG-004': { title: 'The image cannot be verified as it is demanded' },
  'PVE-IMG-005': { title: 'An image is given by name and by URL', severity: 'warning' },
  'PVE-IMG-006': { title: 'The disk is to be smaller than the image', severity: 'warning' },
  'PVE-IMG-007': { title: 'The image is for another architecture', severity: 'warning' },

  'PVE-CLONE-001': { title: 'A number stands twice in the list of clones' },
  'PVE-CLONE-002': { title: 'A clone has the number of the VM' },
  'PVE-CLONE-003': { title: 'The number of a clone belongs to a VM of another name' },
  'PVE-CLONE-004': { title: 'The number of a clone belongs to a container' },
  'PVE-CLONE-005': { title: 'A name stands twice' },
  'PVE-CLONE-006': { title: 'Linked clones need a template' },
  'PVE-CLONE-007': { title: 'There is no clone to make', severity: 'warning' },
  'PVE-CLONE-008': { title: 'A clone is to be on a node that the cluster does not have' },
  'PVE-CLONE-009': { title: 'A linked clone cannot have a storage of its own', severity: 'warning' },
  'PVE-CLONE-010': { title: 'A clone was left unfinished' },
  'PVE-CLONE-011': { title: 'A task holds the lock of a clone', severity: 'warning' },
  'PVE-CLONE-012': { title: 'A clone is on another node', severity: 'warning' },
  'PVE-CLONE-013': { title: 'The name of a clone belongs to another guest, too', severity: 'warning' },
  'PVE-CLONE-014': { title: 'A clone has no number and no range to take one from' },
} as const satisfies Readonly<Record<string, CodeEntry>>;

export type Code = keyof typeof codes;

const entries: Readonly<Record<string, CodeEntry>> = codes;

/** Whether a problem of that code only warns. */
export const isWarning = (code: string): boolean => entries[code]?.severity === 'warning';
