import fc from 'fast-check';
import type { Declared } from './vm.ts';

/** Options of `qm`, each with texts that PVE takes for it, several of which mean the same. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  acpi: ['0', '1', 'on'],
  affinity: ['0-3', '3,0,1,2', '1'],
  agent: ['0', '1', 'enabled=1', 'enabled=1,type=isa', 'type=isa,enabled=on', '1,fstrim_cloned_disks=1'],
  args: ['-no-hpet', '-x "a b"', 'on'],
  audio0: ['device=ich9-intel-hda', 'driver=spice,device=ich9-intel-hda'],
  autostart: ['1', 'yes', '0'],
  balloon: ['0', '512', '256'],
  bios: ['seabios', 'ovmf'],
  // Only what every one of these VMs has: the node refuses an order of absent devices.
  boot: ['order=scsi0', 'order=scsi0;'],
  cores: ['1', '2', '4'],
  cpu: [
    'host',
    'cputype=host',
    'kvm64',
    'host,flags=+aes;-pcid',
    'flags=-pcid;+aes,cputype=host',
    'x86-64-v2-AES',
  ],
  cpulimit: ['0', '1.5', '2', '2.0'],
  cpuunits: ['100', '1024'],
  freeze: ['1', 'off'],
  hostpci0: [
    '0000:01:00',
    'host=01:00',
    '0000:01:00,pcie=1,rombar=1',
    'pcie=on,host=0000:01:00',
    'mapping=gpu',
  ],
  hotplug: ['0', '1', 'network,disk,usb', 'usb,disk,network', 'disk'],
  hugepages: ['2', 'any'],
  keyboard: ['de', 'fr'],
  kvm: ['1', '0'],
  machine: ['q35', 'type=q35', 'pc', 'pc-q35-8.1', 'q35,viommu=intel'],
  memory: ['512', '1024', 'current=1024'],
  migrate_downtime: ['0.1', '0.5'],
  net0: [
    'virtio=BC:24:11:00:00:01,bridge=vmbr0',
    'model=virtio,bridge=vmbr0,macaddr=bc:24:11:00:00:01',
    'virtio,bridge=vmbr0,firewall=1',
    'firewall=on,bridge=vmbr0,virtio=BC:24:11:00:00:02',
    'e1000,bridge=vmbr1,tag=5,rate=1.5',
    'virtio,bridge=vmbr0,trunks=2;3-5,mtu=1400,queues=2,link_down=0',
  ],
  net1: ['virtio,bridge=vmbr1', 'vmxnet3=BC:24:11:00:00:03,bridge=vmbr0'],
  numa: ['0', '1', 'true'],
  numa0: ['cpus=0-1,memory=512', 'memory=512,cpus=0-1,policy=preferred'],
  onboot: ['0', '1', 'yes'],
  ostype: ['l26', 'other', 'win11'],
  protection: ['0', '1'],
  rng0: ['/dev/urandom', 'source=/dev/urandom,max_bytes=1024,period=1000', 'source=/dev/random'],
  scsihw: ['lsi', 'virtio-scsi-pci', 'virtio-scsi-single'],
  serial0: ['socket'],
  smbios1: [
    'uuid=11111111-2222-4333-8444-555555555555',
    'base64=1,manufacturer=QUNNRQ==',
    'sku=eA==,base64=on',
  ],
  sockets: ['1', '2'],
  startup: ['order=1,up=30', '1,up=30', 'up=30', 'order=0'],
  tablet: ['0', '1'],
  tags: ['a;b', 'B,a', 'a', 'prod'],
  usb0: ['host=1234:5678', '1234:5678,usb3=0', 'mapping=key'],
  vcpus: ['1', '2'],
  vga: ['std', 'type=std', 'serial0', 'std,memory=32', 'memory=32,type=qxl'],
  vmgenid: ['1', '0', '11111111-2222-4333-8444-555555555555'],
  watchdog: ['i6300esb,action=reset', 'action=reset', 'model=ib700'],
};

/** The volumes of vm.ts in drives as a hand, a migration or an earlier run may have left them. */
const drives = (vmid: number): Readonly<Record<string, readonly string[]>> => ({
  scsi1: ['', ',ssd=1', ',cache=writeback,backup=0', ',discard=on,iothread=1'].map(
    options => `local-lvm:vm-${vmid}-disk-1,size=8G${options}`,
  ),
  efidisk0: [`local-lvm:vm-${vmid}-disk-2,efitype=4m,pre-enrolled-keys=0,size=528K`],
  tpmstate0: [`local-lvm:vm-${vmid}-disk-3,size=4M,version=v2.0`],
  ide2: [
    'none,media=cdrom',
    'local:iso/a.iso,media=cdrom,size=1M',
    `local-lvm:vm-${vmid}-cloudinit,media=cdrom,size=4M`,
  ],
});

/** Some of the options, each with one of its texts. */
const some = (
  texts: Readonly<Record<string, readonly string[]>>,
  maxKeys: number,
): fc.Arbitrary<readonly (readonly [string, string])[]> =>
  fc
    .subarray(Object.entries(texts), { maxLength: maxKeys })
    .chain(entries =>
      fc.tuple(
        ...entries.map(([key, values]) => fc.constantFrom(...values).map(text => [key, text] as const)),
      ),
    );

const lines = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, text]) => `${key}: ${text}\n`).join('');

interface Pending {
  readonly set: readonly (readonly [string, string])[];
  readonly gone: readonly string[];
}

/** Any configuration that a VM of that number may be found with, and more so when it runs. */
export function anyConfig(vmid: number, running: boolean): fc.Arbitrary<string> {
  const pending: fc.Arbitrary<Pending> = fc.record({
    set: some(SPELLINGS, 4),
    gone: fc.subarray(Object.keys(SPELLINGS), { maxLength: 2 }),
  });
  return fc
    .record({
      notes: fc.constantFrom('', '#by hand\n', '#100%25 %C3%A4\n#two\n'),
      plain: some(SPELLINGS, 12),
      disks: some(drives(vmid), 4),
      // A template takes no disk, and a VM that is backed up takes nothing.
      state: fc.constantFrom('', '', '', '', running ? '' : 'template: 1\n', 'lock: backup\n'),
      pending: running ? pending : fc.constant<Pending>({ set: [], gone: [] }),
      snapshot: fc.constantFrom('', '\n[before]\nmemory: 256\nsnaptime: 1795228445\n'),
    })

    .map(({ notes, plain, disks, state, pending: { set, gone }, snapshot }) => {
      const boot = plain.some(([key]) => key === 'boot') ? '' : 'boot: order=scsi0\n';
      const current = `${boot}${lines(plain)}name: web-01\nscsi0: local-lvm:vm-${vmid}-disk-0,size=8G\n${lines(disks)}${state}`;
      const removed = gone.filter(key => set.every(([other]) => other !== key));
      const waiting = lines(set) + (removed.length === 0 ? '' : `delete: ${removed.join(',')}\n`);
      return `${notes}${current}${waiting === '' ? '' : `\n[PENDING]\n${waiting}`}${snapshot}`;
    });
}

const network = fc.constantFrom(...(SPELLINGS['net0'] ?? []), '');

/** Any settings that a user may declare: by the variables, as other options, or not at all. */
export const anyDeclared: fc.Arbitrary<Declared> = fc.record(
  {
    cores: fc.constantFrom(1, 2, 4),
    memory: fc.constantFrom(512, 1024, 2048),
    balloon: fc.constantFrom(0, 512),
    cpu_type: fc.constantFrom('host', 'kvm64', 'cputype=host,flags=+aes'),
    ostype: fc.constantFrom('l26' as const, 'other' as const),
    scsihw: fc.constantFrom('lsi' as const, 'virtio-scsi-pci' as const),
    agent: fc.constantFrom('true', 'false'),
    hotplug: fc.constantFrom('network,disk,usb', 'disk,usb', '0'),
    onboot: fc.boolean(),
    protection: fc.boolean(),
    description: fc.constantFrom('', 'by hand', '100% ä\ntwo', 'on', 'a: b # c'),
    tags: fc.subarray(['a', 'B', 'prod']),
    machine: fc.constantFrom('q35', 'pc'),
    numa: fc.boolean(),
    vga: fc.constantFrom('std', 'qxl'),
    serial: fc.boolean(),
    boot_order: fc.constantFrom('order=scsi0'),
    startup: fc.constantFrom('order=1,up=30', 'order=0', ''),
    networks: fc.record({ net0: network, net1: network }, { requiredKeys: [] }),
    disks: fc.record(
      {
        scsi1: fc.constantFrom(
          'local-lvm:8',
          'local-lvm:9,ssd=1',
          'local-lvm:4,backup=0',
          'local:1,format=qcow2',
        ),
        sata0: fc.constantFrom('local-lvm:1', 'local-lvm:1,discard=on'),
        ide2: fc.constantFrom('none,media=cdrom', 'local:iso/b.iso,media=cdrom'),
      },
      { requiredKeys: [] },
    ),
    uefi: fc.boolean(),
    efi_pre_enrolled_keys: fc.boolean(),
    tpm: fc.boolean(),
    gpu: fc.array(
      fc.record(
        { id: fc.constantFrom('0000:01:00', '02:00.0'), pcie: fc.boolean() },
        { requiredKeys: ['id'] },
      ),
      { maxLength: 1 },
    ),
    image_disk: fc.constant('scsi0'),
    disk_cache: fc.constantFrom('none' as const, 'writeback' as const),
    disk_ssd: fc.boolean(),
    extra_config: some(SPELLINGS, 4).map(entries => Object.fromEntries<string | null>(entries)),
  },
  { requiredKeys: [] },
);
