import { defineOptions } from '../../sdk/option.ts';
import {
  BOOT_ORDER,
  DISK_SLOT,
  HOTPLUG,
  NET_DEVICE,
  NET_SLOT,
  NOTES,
  ONE_LINE,
  PROPERTIES,
  PROPERTY_WORD,
  STARTUP_ORDER,
  STORAGE_ID,
  TAG,
} from '../text/patterns.ts';

const KEYBOARDS = [
  'de',
  'de-ch',
  'da',
  'en-gb',
  'en-us',
  'es',
  'fi',
  'fr',
  'fr-be',
  'fr-ca',
  'fr-ch',
  'hu',
  'is',
  'it',
  'ja',
  'lt',
  'mk',
  'nl',
  'no',
  'pl',
  'pt',
  'pt-br',
  'sv',
  'sl',
  'tr',
] as const;

/** Hardware and behaviour of a VM, by the names of the role variables (without `proxmox_vm_`). */
export const settingOptions = defineOptions({
  cores: { type: 'int', min: 1, description: 'CPU cores per socket.' },
  sockets: { type: 'int', min: 1, description: 'CPU sockets.' },
  cpu_type: {
    type: 'str',
    pattern: ONE_LINE,
    description: 'CPU type with flags as `qm` takes them, such as `host` or `x86-64-v2-AES`.',
  },
  memory: { type: 'int', min: 16, unit: 'MiB', description: 'Memory in MiB.', example: 4096 },
  balloon: {
    type: 'int',
    min: 0,
    unit: 'MiB',
    description: 'Smallest memory in MiB that ballooning may leave; 0 turns ballooning off.',
  },
  ostype: {
    type: 'str',
    choices: [
      'l26',
      'l24',
      'other',
      'win11',
      'win10',
      'win8',
      'win7',
      'w2k8',
      'wvista',
      'w2k3',
      'wxp',
      'w2k',
      'solaris',
    ],
    description: 'Guest operating system type; `l26` is Linux.',
  },
  scsihw: {
    type: 'str',
    choices: ['virtio-scsi-pci', 'virtio-scsi-single', 'lsi', 'lsi53c810', 'megasas', 'pvscsi'],
    description: 'SCSI controller.',
  },
  agent: {
    type: 'str',
    pattern: ONE_LINE,
    orBoolean: true,
    description: 'Use the QEMU guest agent: yes or no, or a text as `qm` takes it.',
    example: 'enabled=1,fstrim_cloned_disks=1',
  },
  hotplug: {
    type: 'str',
    pattern: HOTPLUG,
    orBoolean: true,
    description: 'What can be plugged while the VM runs; `memory` and `cpu` need `numa`.',
    example: 'network,disk,usb',
  },
  onboot: { type: 'bool', description: 'Start the VM when its node starts.' },
  protection: { type: 'bool', description: 'Forbid to remove the VM and its disks.' },
  description: {
    type: 'str',
    pattern: NOTES,
    description: 'Notes of the VM. A last line that this role owns is added.',
  },
  tags: {
    type: 'list',
    elements: 'str',
    pattern: TAG,
    separators: ';, ',
    description: 'Tags, as a list or as PVE shows them (`web;prod`); it lower-cases and sorts them.',
    example: ['web', 'prod'],
  },
  pool: { type: 'str', pattern: ONE_LINE, description: 'Resource pool the VM is created in.' },
  machine: {
    type: 'str',
    pattern: ONE_LINE,
    description: 'Machine type; absent: `q35` with UEFI or a GPU, else the default of PVE.',
    example: 'q35',
  },
  bios: { type: 'str', choices: ['seabios', 'ovmf'], description: 'Firmware; `uefi` sets it.' },
  arch: {
    type: 'str',
    choices: ['x86_64', 'aarch64'],
    description:
      'Processor architecture; `aarch64` brings machine `virt` and UEFI, and is emulated on other processors.',
  },
  numa: { type: 'bool', description: 'Emulate NUMA.' },
  vga: {
    type: 'str',
    pattern: ONE_LINE,
    description: 'Display; absent: the serial console where there is one.',
    example: 'std',
  },
  keyboard: {
    type: 'str',
    choices: KEYBOARDS,
    description: 'Keyboard layout of the VNC console; absent: that of the browser.',
  },
  serial: {
    type: 'bool',
    description: ['Serial console `serial0`; many cloud images panic without one.', 'Not for Windows.'],
  },
  networks: {
    type: 'dict',
    keys: NET_SLOT,
    texts: NET_DEVICE,
    description:
      'Network devices, `net0` to `net31`, as `qm` takes them. A MAC address that is not given stays as it is; an empty text removes the device.',
    example: { net0: 'virtio,bridge=vmbr0,firewall=1' },
  },
  disks: {
    type: 'dict',
    keys: DISK_SLOT,
    texts: PROPERTIES,
    description:
      'Disks and CD drives as `qm` takes them. A disk that is there takes the options and grows to the size; it is never replaced, shrunk or removed.',
    example: { scsi1: 'local-lvm:32' },
  },
  boot_order: {
    type: 'str',
    pattern: BOOT_ORDER,
    description: 'Boot order as `qm` takes it; absent: the first disk.',
    example: 'order=scsi0;net0',
  },
  startup: {
    type: 'str',
    pattern: STARTUP_ORDER,
    description: 'Start-up order and delays.',
    example: 'order=1,up=30',
  },
  hookscript: {
    type: 'str',
    pattern: ONE_LINE,
    description: 'Volume id of a hook script.',
    example: 'local:snippets/hook.pl',
  },
  uefi: { type: 'bool', description: 'UEFI firmware (OVMF) with an EFI disk.' },
  efi_storage: {
    type: 'str',
    pattern: STORAGE_ID,
    description: 'Storage of the EFI disk; absent: the disk storage.',
  },
  efi_pre_enrolled_keys: {
    type: 'bool',
    description: 'Enrol the distribution and Microsoft keys (Secure Boot).',
  },
  tpm: { type: 'bool', description: 'Add a TPM.' },
  tpm_storage: {
    type: 'str',
    pattern: STORAGE_ID,
    description: 'Storage of the TPM state; absent: the disk storage.',
  },
  tpm_version: { type: 'str', choices: ['v2.0', 'v1.2'], description: 'Version of the TPM.' },
  gpu: {
    type: 'list',
    elements: 'dict',
    description: 'PCI devices handed to the VM.',
    options: {
      id: {
        type: 'str',
        pattern: PROPERTY_WORD,
        description: 'PCI address on the node.',
        example: '0000:01:00',
      },
      mapping: {
        type: 'str',
        pattern: PROPERTY_WORD,
        description: 'Name of a resource mapping, instead of an address.',
      },
      pcie: { type: 'bool', description: 'PCI Express; needs machine q35.' },
      x_vga: { type: 'bool', description: 'Primary display of the guest.' },
      mdev: { type: 'str', pattern: PROPERTY_WORD, description: 'Mediated device type.' },
      rombar: { type: 'bool', description: 'Show the device ROM to the guest.' },
    },
    example: [{ id: '0000:01:00', pcie: true, x_vga: true }],
  },
  extra_config: {
    type: 'dict',
    description: 'Any other option of `qm`, by its name there; an empty text removes the option.',
    example: { hugepages: '2' },
  },
});

/** How far a task may go to make settings take effect in a guest that runs. */
export const applyOptions = defineOptions({
  apply: {
    type: 'str',
    choices: ['live', 'reboot', 'stop'],
    default: 'live',
    description: [
      'How far to go for settings that a running guest does not take at once.',
      '`live` restarts nothing and tells what waits; `reboot` lets the guest restart in an orderly way.',
      '`stop` stops a guest that does not shut down in time; only then is the machine itself changed, such as its firmware.',
    ],
  },
  shutdown_timeout: {
    type: 'int',
    default: 180,
    min: 1,
    max: 3600,
    description: 'Seconds that a guest has to shut down.',
  },
});

/** Of a task that stops a guest whatever it does. */
export const stopOptions = defineOptions({
  timeout: {
    type: 'int',
    default: 300,
    min: 1,
    max: 3600,
    description: 'Seconds to wait for the guest to shut down, after which it is stopped.',
  },
});

/** Where disks go when nothing more precise is said. */
export const diskStorageOption = defineOptions({
  disk_storage: {
    type: 'str',
    pattern: STORAGE_ID,
    required: true,
    description: 'Storage of the VM’s disks.',
    example: 'local-lvm',
  },
});

/** How often causes that pass by themselves (lock time-outs, network errors) are tried again. */
export const retryOptions = defineOptions({
  retries: {
    type: 'int',
    default: 3,
    min: 0,
    max: 20,
    description: 'Further tries after a failure that is known to pass by itself.',
  },
  retry_delay: {
    type: 'int',
    default: 2,
    min: 0,
    max: 300,
    description: 'Seconds before the first further try; each wait is twice the one before.',
  },
  command_timeout: {
    type: 'int',
    default: 7200,
    min: 10,
    max: 604800,
    description:
      'Seconds that one command on the node may take; the import of a large image and a full copy take longest.',
  },
});

/** How operations are carried out. */
export const operationOptions = defineOptions({
  ...retryOptions,
  qm: {
    type: 'str',
    choices: ['auto', 'plain'],
    default: 'auto',
    description: [
      'How `qm` is called on the node. `auto`: where several calls are to be made, a process loads what `qm` loads once, and makes each call in a child; it ends with the module.',
      '`plain`: every call starts `qm`, as is done anyway where the node has less than 512 MiB of memory to spare or its `qm` is not the one that is known.',
    ],
  },
});
