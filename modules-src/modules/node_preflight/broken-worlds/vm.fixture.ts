import { described } from '../../../pve/vms/fixtures/model-config.ts';
import { withMarker } from '../../../pve/vms/marker.ts';
import type { DeviceMapping } from '../../../sdk/facts.ts';
import type { Node, PciFacts } from '../world.ts';
import { firstClone, qemu, withGuests, type BrokenWorld } from './world.fixture.ts';

const NAME = 'name: ubuntu-24.04\n';
const TEMPLATE = `${NAME}template: 1\nscsi0: local-lvm:base-9000-disk-0,size=8G\nscsi1: local-lvm:vm-9000-cloudinit\n`;

/** Whose node is down: by the API nothing else is told of it. */
const LOST = { vmid: 900, node: 'pve02', kind: 'qemu', isLost: true } as const;

const besideLost = (config: string): Partial<Node> => {
  const ours = withGuests(qemu(9000, `${NAME}scsi0: local-lvm:vm-9000-disk-0,size=32G\n${config}`));
  return { ...ours, guests: [...(ours.guests ?? []), LOST], lost: ['pve02'] };
};

const mapping = (name: string, node: string, path: string, group?: string): DeviceMapping => ({
  name,
  devices: [{ node, path, group }],
});

const A40 = mapping('a40', 'pve01', '0000:01:00.0', '1');

const groups = (devices: readonly string[], group: string): ReadonlyMap<string, string> =>
  new Map(devices.map(device => [device, group]));

/** Each device in a group of its own. */
const pci = (devices: readonly string[], mappings: readonly DeviceMapping[] = []): PciFacts => ({
  devices,
  mappings,
  groups: new Map([...devices, '0000:00:14.0'].map((device, index) => [device, String(index + 1)])),
});

export const vmWorlds: readonly BrokenWorld[] = [
  {
    title: 'our VM',
    codes: [],
    node: withGuests(qemu(9000, `${NAME}scsi0: local-lvm:vm-9000-disk-0,size=8G\n`)),
  },
  { title: 'our template', codes: [], node: withGuests(qemu(9000, TEMPLATE)) },
  { title: 'a VM of another name', codes: ['PVE-VM-001'], node: withGuests(qemu(9000, 'name: billing\n')) },
  {
    title: 'a template that has given its name to a newer one, and is not to rotate any more',
    codes: ['PVE-VM-001'],
    node: withGuests(
      qemu(
        9000,
        `${described(withMarker('', { vmid: 9000, generation: { family: 'ubuntu-24.04', number: 1 } }))}name: ubuntu-24-g1.04\ntemplate: 1\nscsi0: local-lvm:base-9000-disk-0,size=8G\n`,
      ),
    ),
  },
  { title: 'a VM without a name', codes: ['PVE-VM-001'], node: withGuests(qemu(9000, 'memory: 512\n')) },
  {
    title: 'a container',
    codes: ['PVE-VM-002'],
    node: withGuests({ vmid: 9000, node: 'pve02', kind: 'lxc', config: 'hostname: ubuntu-24.04\n' }),
  },
  { title: 'our VM on another node', codes: ['PVE-VM-003'], node: withGuests(qemu(9000, NAME, 'pve02')) },
  {
    title: 'our VM on a node that is down',
    codes: ['PVE-NODE-013'],
    node: { ...withGuests(qemu(9000, NAME, 'pve02')), lost: ['pve02'] },
  },
  {
    title: 'a VM on a node that is down, of which the API tells no more',
    codes: ['PVE-NODE-013'],
    node: { guests: [{ vmid: 9000, node: 'pve02', kind: 'qemu' }], lost: ['pve02'] },
  },
  ...(
    [
      ['a removal', { vm_state: 'absent', vm_confirm_delete: 'ubuntu-24.04' }],
      ['a data disk', { vm_data_disks: { scsi2: { name: 'pgdata', size: '1G' } } }],
      ['a replacement in every run', { vm_replace: 'always', vm_wait_for: 'agent' }],
    ] as const
  ).map(([what, wish]): BrokenWorld => ({
    title: `${what}, and a VM of which nobody tells because its node is down`,
    codes: ['PVE-NODE-014'],
    wanted: { ...wish, vm_make_template: false, vm_create_clones: false },
    node: besideLost(''),
  })),
  {
    title: 'a data disk that is there, and a VM of which nobody tells',
    codes: [],
    wanted: {
      vm_data_disks: { scsi2: { name: 'pgdata', size: '1G' } },
      vm_data_holder: 900,
      vm_make_template: false,
      vm_create_clones: false,
    },
    node: besideLost('scsi2: local-lvm:vm-900-pgdata\n'),
  },
  {
    title: 'our VM, being backed up',
    codes: ['PVE-VM-021'],
    node: withGuests(qemu(9000, `${NAME}lock: backup\n`)),
  },
  {
    title: 'our VM, left unfinished',
    codes: ['PVE-VM-004'],
    node: withGuests(qemu(9000, `${NAME}lock: create\n`)),
  },
  {
    title: 'a creation that died before the VM had its name',
    codes: ['PVE-VM-004'],
    node: withGuests(qemu(9000, 'lock: create\n')),
  },
  {
    title: 'a VM that runs and is to become a template',
    codes: ['PVE-VM-005'],
    node: { ...withGuests(qemu(9000, NAME)), isRunning: true },
    wanted: { vm_apply: 'reboot' },
  },
  {
    title: 'a VM that runs, is to become a template, and may not be stopped',
    codes: ['PVE-VM-028'],
    node: { ...withGuests(qemu(9000, NAME)), isRunning: true },
    wanted: { vm_apply: 'live' },
  },
  {
    title: 'a template that is to get a disk, an EFI disk and a TPM',
    codes: ['PVE-VM-006', 'PVE-VM-006', 'PVE-VM-006'],
    node: withGuests(qemu(9000, TEMPLATE)),
    wanted: { vm_disks: { scsi2: 'local-lvm:8' }, vm_uefi: true, vm_tpm: true },
  },
  {
    title: 'a template whose disk is to grow',
    codes: ['PVE-VM-006'],
    node: withGuests(qemu(9000, TEMPLATE)),
    wanted: { vm_disk_size: '16G' },
  },
  {
    title: 'a template whose disk has its size',
    codes: [],
    node: withGuests(qemu(9000, TEMPLATE)),
    wanted: { vm_disk_size: '8G' },
  },
  {
    title: 'a template that is to be started',
    codes: ['PVE-VM-007'],
    node: withGuests(qemu(9000, TEMPLATE)),
    wanted: { vm_make_template: false, vm_create_clones: false },
  },
  {
    title: 'a VM with snapshots that is to become a template',
    codes: ['PVE-VM-008'],
    node: withGuests(qemu(9000, `${NAME}\n[before]\nmemory: 512\n`)),
  },
  {
    title: 'memory hotplug without NUMA',
    codes: ['PVE-VM-009'],
    wanted: { vm_hotplug: 'network,disk,memory', vm_numa: false },
  },
  {
    title: 'memory hotplug that brings NUMA',
    codes: [],
    wanted: { vm_hotplug: 'network,disk,cpu,memory' },
  },
  {
    title: 'memory hotplug with the NUMA that the VM has',
    codes: [],
    wanted: { vm_hotplug: 'disk,memory,cpu' },
    node: withGuests(qemu(9000, `${NAME}numa: 1\n`)),
  },
  { title: 'CPU hotplug without NUMA', codes: ['PVE-VM-010'], wanted: { vm_hotplug: 'cpu' } },
  { title: 'more balloon than memory', codes: ['PVE-VM-011'], wanted: { vm_balloon: 4096 } },
  { title: 'more CPUs than the node has', codes: ['PVE-VM-012'], wanted: { vm_cores: 8, vm_sockets: 2 } },
  { title: 'more memory than the node has', codes: ['PVE-VM-013'], wanted: { vm_memory: 1_000_000 } },
  {
    title: 'UEFI with the firmware of a PC',
    codes: ['PVE-VM-014'],
    wanted: { vm_uefi: true, vm_bios: 'seabios' },
  },
  {
    title: 'enrolled keys on a node that cannot read them',
    codes: ['PVE-VM-036'],
    machine: { hasKeyReader: false },
    wanted: { vm_uefi: true, vm_efi_pre_enrolled_keys: true },
  },
  {
    title: 'enrolled keys of an EFI disk that is there',
    codes: [],
    machine: { hasKeyReader: false },
    wanted: {
      vm_uefi: true,
      vm_efi_pre_enrolled_keys: true,
      vm_make_template: false,
      vm_create_clones: false,
    },
    node: withGuests(qemu(9000, `${NAME}scsi0: x:y\nefidisk0: local-lvm:vm-9000-disk-1,size=4M\n`)),
  },
  {
    title: 'enrolled keys with a Proxmox VE that copies them unread',
    codes: ['PVE-NODE-009'],
    machine: { hasKeyReader: false, versions: { manager: '8.2.4', qemuServer: '8.2.6' } },
    wanted: { vm_uefi: true, vm_efi_pre_enrolled_keys: true },
  },
  {
    title: 'PCI Express on an old machine',
    codes: ['PVE-VM-015'],
    wanted: { vm_machine: 'pc', vm_gpu: [{ id: '0000:01:00', pcie: true }] },
    node: { pci: pci(['0000:01:00.0']) },
  },
  {
    title: 'a GPU that is not named',
    codes: ['PVE-VM-016'],
    wanted: { vm_gpu: [{ pcie: true }] },
    node: { pci: pci(['0000:01:00.0']) },
  },
  {
    title: 'a PCI device and a mapping that are not there',
    codes: ['PVE-VM-017', 'PVE-VM-017'],
    wanted: { vm_gpu: [{ id: '02:00.0' }, { mapping: 'a100' }, { id: '01:00' }] },
    node: { pci: pci(['0000:01:00.0'], [A40]) },
  },
  {
    title: 'a node without IOMMU',
    codes: ['PVE-VM-018'],
    wanted: { vm_gpu: [{ mapping: 'a40' }] },
    node: { pci: { ...pci(['0000:01:00.0'], [A40]), groups: new Map() } },
  },
  {
    title: 'a PCI device whose group has another',
    codes: ['PVE-VM-022'],
    wanted: { vm_gpu: [{ id: '01:00.0' }] },
    node: {
      pci: {
        ...pci(['0000:01:00.0', '0000:01:00.1']),
        groups: groups(['0000:01:00.0', '0000:01:00.1'], '7'),
      },
    },
  },
  {
    title: 'a PCI device with all of its group',
    codes: [],
    wanted: { vm_gpu: [{ id: '01:00' }] },
    node: {
      pci: {
        ...pci(['0000:01:00.0', '0000:01:00.1']),
        groups: groups(['0000:01:00.0', '0000:01:00.1'], '7'),
      },
    },
  },
  {
    title: 'mappings for another node, of a device that is gone, and of one in another group',
    codes: ['PVE-VM-023', 'PVE-VM-023', 'PVE-VM-023'],
    wanted: {
      vm_gpu: [{ mapping: 'elsewhere' }, { mapping: 'gone' }, { mapping: 'moved' }, { mapping: 'a40' }],
    },
    node: {
      pci: pci(
        ['0000:01:00.0'],
        [
          mapping('elsewhere', 'pve02', '0000:01:00.0'),
          mapping('gone', 'pve01', '0000:09:00.0'),
          mapping('moved', 'pve01', '0000:01:00.0', '99'),
          A40,
        ],
      ),
    },
  },
  {
    title: 'USB mappings that are not there, or for another node',
    codes: ['PVE-VM-024', 'PVE-VM-023'],
    wanted: {
      vm_extra_config: {
        usb0: 'mapping=key',
        usb1: 'usb3=1,mapping=stick',
        usb2: 'mapping=card',
        usb3: '1-2',
      },
    },
    node: { usbMappings: [mapping('stick', 'pve02', '1-1'), mapping('card', 'pve01', '1-1')] },
  },
  {
    title: 'an ARM64 VM with the processor of an x86 node, from an x86 image',
    codes: ['PVE-VM-025', 'PVE-IMG-007'],
    wanted: {
      vm_arch: 'aarch64',
      vm_cpu_type: 'host',
      vm_cloud_image_url: 'https://images.example/ubuntu-24.04-server-cloudimg-amd64.img',
    },
  },
  {
    title: 'an ARM64 VM with a disk on IDE',
    codes: ['PVE-VM-027'],
    wanted: {
      vm_arch: 'aarch64',
      vm_cpu_type: 'max',
      vm_cloud_image: 'ubuntu-24.04-arm64',
      vm_disks: { ide2: 'none,media=cdrom', scsi1: 'local-lvm:1' },
    },
  },
  {
    title: 'an ARM64 VM from an ARM64 image, with any processor',
    codes: [],
    wanted: { vm_arch: 'aarch64', vm_cpu_type: 'max', vm_cloud_image: 'ubuntu-24.04-arm64' },
  },
  {
    title:
      'clones of a finished template that somebody else has made, without the disk of the role’s default',
    codes: [],
    wanted: { vm_make_template: false, vm_cloud_image: undefined },
    node: withGuests(
      qemu(
        9000,
        `${NAME}template: 1\nvirtio0: local-lvm:base-9000-disk-0,size=8G\nipconfig0: ip=10.0.0.2/24,gw=192.168.1.1\n`,
      ),
    ),
  },
  {
    title: 'a misspelt processor',
    codes: ['PVE-VM-034'],
    wanted: { vm_cpu_type: 'x86-64-v2-AE,flags=+aes' },
  },
  {
    title: 'a processor whose family there is, and it not',
    codes: ['PVE-VM-034'],
    wanted: { vm_cpu_type: 'Skylake-Desktop' },
  },
  {
    title: 'a processor that only release 9 has, on release 8',
    codes: ['PVE-VM-034'],
    wanted: { vm_cpu_type: 'EPYC-Turin' },
    machine: { versions: { manager: '8.4.1', qemuServer: '8.4.1' } },
  },
  {
    title: 'a processor of the administrator’s own that is not there',
    codes: ['PVE-VM-034'],
    wanted: { vm_cpu_type: 'custom-min' },
    node: { customModels: ['custom-mine'] },
  },
  {
    title: 'a processor of the administrator’s own',
    codes: [],
    wanted: { vm_cpu_type: 'custom-mine' },
    node: { customModels: ['custom-mine'] },
  },
  {
    title: 'pools that are not there',
    codes: ['PVE-VM-044', 'PVE-VM-044'],
    wanted: { vm_pool: 'prd', ...firstClone({ pool: 'shop' }) },
    node: { pools: ['prod'] },
  },
  {
    title: 'a pool that is not there, of a VM that is in another one',
    codes: [],
    wanted: { vm_pool: 'gone' },
    node: { pools: ['prod'], ...withGuests(qemu(9000, 'name: ubuntu-24.04\ntemplate: 1\nscsi0: x:base\n')) },
  },
  {
    title: 'a processor of the administrator’s own that nobody tells of',
    codes: [],
    wanted: { vm_cpu_type: 'custom-mine' },
  },
  {
    title: 'a processor of a release that is newer than what was looked at',
    codes: [],
    wanted: { vm_cpu_type: 'EPYC-Next' },
    machine: { versions: { manager: '9.9.1', qemuServer: '9.9.1' } },
  },
  {
    title: 'a directory mapping that is not there, and one for another node',
    codes: ['PVE-VM-035', 'PVE-VM-023'],
    wanted: {
      vm_extra_config: { virtiofs0: 'share', virtiofs1: 'dirid=media,cache=auto', virtiofs2: 'home' },
    },
    node: { dirMappings: [mapping('media', 'pve02', '/srv/media'), mapping('home', 'pve01', '/home')] },
  },
  {
    title: 'an image that would become a volume that is there',
    codes: ['PVE-VM-031'],
    wanted: { vm_disks: { scsi0: 'local-lvm:vm-9000-disk-7,discard=on' } },
  },
  {
    title: 'options alone for the disk of the image',
    codes: [],
    wanted: { vm_disks: { scsi0: 'iothread=1,discard=on' } },
  },
  {
    title: 'a size with a unit, for a disk and for that of the image',
    codes: ['PVE-VM-031', 'PVE-VM-037'],
    wanted: { vm_disks: { scsi0: 'local-lvm:32G', scsi1: 'local-lvm:10G,ssd=1' } },
  },
  {
    title: 'new disks without a storage',
    codes: ['PVE-VM-037', 'PVE-VM-037'],
    wanted: { vm_disks: { scsi1: 'discard=on', virtio2: '32' } },
  },
  {
    title: 'new disks without a size, of a clone, too, with options that are the role’s',
    codes: ['PVE-VM-037', 'PVE-VM-037', 'PVE-VM-020'],
    wanted: {
      vm_disks: { scsi1: 'local:0' },
      ...firstClone({
        disks: { scsi0: 'ssd=1', scsi1: 'ssd=1', scsi2: 'local:-8' },
        extra_config: { lock: 'x' },
      }),
    },
  },
  {
    title: 'drives that are no new disks',
    codes: [],
    wanted: { vm_disks: { ide0: 'none,media=cdrom', sata1: '/dev/sdb', sata2: 'local-lvm:0.5' } },
  },
  {
    title: 'an image whose disk has its storage, size and options from its entry',
    codes: [],
    wanted: { vm_disks: { scsi0: 'local:32,iothread=1,discard=on,serial=os' } },
  },
  {
    title: 'an image on another storage than there is',
    codes: ['PVE-STO-001'],
    wanted: { vm_disks: { scsi0: 'nowhere:32,discard=on' } },
  },
  {
    title: 'a boot order that begins with an empty disk',
    codes: ['PVE-VM-032'],
    wanted: { vm_disks: { virtio0: 'local-lvm:32' }, vm_boot_order: 'order=virtio0;scsi0' },
  },
  {
    title: 'an image that becomes the disk of the boot order',
    codes: [],
    wanted: { vm_image_disk: 'virtio0', vm_boot_order: 'order=virtio0;net0' },
  },
  {
    title: 'a disk where the cloud-init drive of an older VM is',
    codes: ['PVE-VM-033'],
    wanted: { vm_disks: { scsi1: 'local-lvm:8' }, vm_make_template: false, vm_create_clones: false },
    node: withGuests(
      qemu(
        9000,
        `${NAME}scsi0: local-lvm:vm-9000-disk-0,size=8G\nscsi1: local-lvm:vm-9000-cloudinit,media=cdrom\n`,
      ),
    ),
  },
  {
    title: 'a disk of a clone where its template’s cloud-init drive is',
    codes: ['PVE-VM-033'],
    wanted: firstClone({ disks: { scsi30: 'local-lvm:8' } }),
  },
  {
    title: 'disks beside the cloud-init drive that is to be',
    codes: [],
    wanted: { vm_disks: { scsi1: 'local-lvm:8', scsi30: 'local-lvm:8' } },
  },
  {
    title: 'data disks where other disks are',
    codes: ['PVE-VM-038', 'PVE-VM-038'],
    wanted: {
      vm_disks: { scsi1: 'local-lvm:8' },
      vm_data_disks: {
        scsi0: { name: 'a', size: '1G' },
        scsi1: { name: 'b', size: '1G' },
        scsi2: { name: 'c', size: '1G' },
      },
      vm_make_template: false,
      vm_create_clones: false,
    },
  },
  {
    title: 'a data disk for two slots, and one where the cloud-init drive is to be',
    codes: ['PVE-VM-033', 'PVE-VM-045', 'PVE-VM-045'],
    wanted: {
      vm_data_disks: {
        scsi2: { name: 'a', size: '1G' },
        scsi3: { name: 'a', size: '1G' },
        scsi30: { name: 'b', size: '1G' },
      },
      vm_make_template: false,
      vm_create_clones: false,
    },
  },
  {
    title: 'data disks where our VM has other disks, and one that it has elsewhere',
    codes: ['PVE-VM-045', 'PVE-VM-045'],
    wanted: {
      vm_data_disks: { scsi2: { name: 'a', size: '1G' }, scsi3: { name: 'b', size: '1G' } },
      vm_data_holder: 900,
      vm_make_template: false,
      vm_create_clones: false,
    },
    node: withGuests(
      qemu(
        9000,
        `${NAME}scsi0: local-lvm:vm-9000-disk-0,size=8G\nscsi2: local-lvm:vm-9000-disk-1,size=1G\nscsi5: local-lvm:vm-900-b,size=1G\n`,
      ),
    ),
  },
  {
    title: 'data disks that are to bear the VMID of another VM',
    codes: ['PVE-VM-046'],
    wanted: {
      vm_data_disks: { scsi2: { name: 'a', size: '1G' } },
      vm_data_holder: 900,
      vm_make_template: false,
      vm_create_clones: false,
    },
    node: withGuests(qemu(900, 'name: mail\n')),
  },
  {
    title: 'data disks that are to bear the VMID of the VM itself',
    codes: ['PVE-VM-046'],
    wanted: {
      vm_data_disks: { scsi2: { name: 'a', size: '1G' } },
      vm_data_holder: 9000,
      vm_make_template: false,
      vm_create_clones: false,
    },
  },
  {
    title: 'a data disk of a template',
    codes: ['PVE-VM-039'],
    wanted: { vm_data_disks: { scsi2: { name: 'pgdata', size: '1G' } } },
  },
  {
    title: 'a new system that nobody waits for',
    codes: ['PVE-VM-040'],
    wanted: { vm_replace: 'when-image-changed', vm_make_template: false, vm_create_clones: false },
  },
  {
    title: 'a new system for a template',
    codes: ['PVE-VM-040'],
    wanted: { vm_replace: 'always', vm_wait_for: 'agent' },
  },
  {
    title: 'a boot order of a disk that is not there',
    codes: ['PVE-VM-019'],
    wanted: { vm_boot_order: 'order=scsi9;net0' },
  },
  { title: 'a boot order of what is to be', codes: [], wanted: { vm_boot_order: 'order=scsi0;net0' } },
  {
    title: 'extra options that are the role’s, or none',
    codes: ['PVE-VM-020', 'PVE-VM-020', 'PVE-VM-020'],
    wanted: { vm_extra_config: { cipassword: 'x', '--delete': 'net0', args: '-a\n-b' } },
  },
  {
    title: 'a name that another guest has',
    codes: ['PVE-VM-026'],
    node: {
      guests: [{ vmid: 555, node: 'pve02', kind: 'lxc' }],
      guestNames: new Map([[555, 'Ubuntu-24.04']]),
    },
  },
  {
    title: 'our VM, and the name of another guest',
    codes: [],
    node: { ...withGuests(qemu(9000, `${NAME}scsi0: x:y\n`)), guestNames: new Map([[9000, 'ubuntu-24.04']]) },
  },
  {
    title: 'misspelt properties, those of a clone, too',
    codes: ['PVE-VM-047', 'PVE-VM-047', 'PVE-VM-047'],
    wanted: {
      vm_networks: { net0: 'virtio,brigde=vmbr0' },
      vm_machine: 'q35,viomu=intel',
      ...firstClone({ disks: { scsi2: 'local-lvm:8,discrad=on' } }),
    },
  },
  {
    title: 'a property that may be that of a newer Proxmox VE',
    codes: ['PVE-VM-048'],
    wanted: { vm_networks: { net0: 'virtio,bridge=vmbr0,zzzzzz=1' } },
  },
];
