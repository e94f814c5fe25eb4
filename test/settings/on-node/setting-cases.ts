import type { Declared } from './vm.ts';

/** One change of one variable, on a VM that runs and has these lines besides the others. */
export interface SettingCase {
  /** The option of `qm`. */
  readonly option: string;
  readonly has: string;
  readonly wants: Declared;
  /** What the table says about it where the option alone does not tell. */
  readonly about?: string;
}

const extra = (option: string, before: string | undefined, after: string, about?: string): SettingCase => ({
  option,
  has: before === undefined ? '' : `${option}: ${before}\n`,
  wants: { extra_config: { [option]: after } },
  ...(about !== undefined && { about }),
});

const named = (option: string, before: string | undefined, wants: Declared, about?: string): SettingCase => ({
  ...extra(option, before, '', about),
  wants,
});

const DISK = 'local-lvm:vm-201-disk-1,size=8G';
const disk = (wanted: string, about: string, found = DISK): SettingCase =>
  named('scsi1', found, { disks: { scsi1: wanted } }, about);

const SCSI0 = 'local-lvm:vm-201-disk-0,size=8G';
const image = (wants: Declared, about: string): SettingCase => ({
  option: 'scsi0',
  has: '',
  wants: { image_disk: 'scsi0', ...wants },
  about,
});

/** Every option of `qm` that a VM may have, and every kind of change of a disk. */
export const settingCases: readonly SettingCase[] = [
  named('agent', '0', { agent: 'true' }),
  named('arch', undefined, { arch: 'aarch64', bios: 'seabios', machine: 'pc', disks: {} }),
  named('balloon', '1024', { balloon: 512 }, 'another value'),
  named('balloon', undefined, { balloon: 0 }, 'switched off'),
  named('bios', undefined, { bios: 'ovmf' }),
  {
    option: 'boot',
    has: 'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n',
    wants: { boot_order: 'order=scsi0;net0' },
  },
  named('cores', '2', { cores: 4 }),
  named('cpu', 'kvm64', { cpu_type: 'host' }),
  named('description', undefined, { description: 'notes' }),
  named('hookscript', undefined, { hookscript: 'local:snippets/hook.pl' }),
  named('hotplug', undefined, { hotplug: 'disk' }),
  {
    option: 'hotplug',
    has: 'numa: 1\n',
    wants: { hotplug: 'disk,memory' },
    about: 'with `memory`, where NUMA is on',
  },
  named('keyboard', undefined, { keyboard: 'de' }),
  named('machine', 'pc', { machine: 'q35' }),
  named('memory', '512', { memory: 1024 }),
  {
    option: 'memory',
    has: 'hotplug: memory,disk\nmemory: 1024\nnuma: 1\n',
    wants: { memory: 2048 },
    about: 'with `memory` in `hotplug`, and NUMA',
  },
  named('numa', undefined, { numa: true }),
  named('onboot', '0', { onboot: true }),
  named('ostype', 'l26', { ostype: 'other' }),
  named('protection', undefined, { protection: true }),
  named('scsihw', 'lsi', { scsihw: 'virtio-scsi-pci' }),
  named('sockets', '1', { sockets: 2 }),
  named('startup', 'order=1', { startup: 'order=2,up=30' }),
  named('tags', 'a', { tags: ['b', 'a'] }),
  named('serial0', undefined, { serial: true, vga: 'std' }),
  named('vga', 'std,memory=32', { vga: 'qxl' }),
  named('net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0', { networks: { net0: 'virtio,bridge=vmbr1' } }),
  named(
    'net1',
    undefined,
    { networks: { net1: 'virtio,bridge=vmbr0,firewall=1,tag=5,mtu=1400,queues=2' } },
    'added',
  ),
  named('net1', 'virtio=BC:24:11:00:00:02,bridge=vmbr0', { networks: { net1: '' } }, 'removed'),
  {
    option: 'net0',
    has: 'hotplug: disk\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n',
    wants: { networks: { net0: 'virtio,bridge=vmbr1' } },
    about: 'without `network` in `hotplug`',
  },
  named('hostpci0', undefined, {
    gpu: [{ id: '0000:01:00', rombar: false, x_vga: true, mdev: 'nvidia-63' }],
  }),
  named('hostpci0', '0000:01:00', { gpu: [{ mapping: 'gpu' }] }, 'by mapping'),
  named('efidisk0', undefined, { uefi: true, bios: 'seabios', machine: 'pc' }, 'added'),
  named(
    'efidisk0',
    'local-lvm:vm-201-disk-2,efitype=4m,pre-enrolled-keys=0,size=528K',
    { uefi: true, bios: 'seabios', machine: 'pc', efi_pre_enrolled_keys: true },
    'other keys',
  ),
  named('tpmstate0', undefined, { tpm: true }, 'added'),
  named('tpmstate0', 'local-lvm:vm-201-disk-3,size=4M,version=v1.2', { tpm: true }, 'another version'),

  disk('local-lvm:8', 'added', ''),
  disk('local-lvm:16', 'grows'),
  disk('local-lvm:4', 'shrinks'),
  disk('local:8', 'on another storage'),
  disk('local-lvm:vm-201-disk-0', 'another volume'),
  disk('', 'removed'),
  disk('none,media=cdrom', 'replaced by a CD'),
  ...['ssd=1', 'discard=on', 'iothread=1', 'cache=writeback', 'aio=native'].map(text =>
    disk(`local-lvm:8,${text}`, `\`${text}\``),
  ),
  ...['backup=0', 'replicate=0', 'mbps_rd=100', 'iops=500'].map(text =>
    disk(`local-lvm:8,${text}`, `\`${text}\``),
  ),
  image({ disk_cache: 'writeback' }, 'cache of the image’s disk'),
  image({ disk_backup: false }, 'backup of the image’s disk'),
  named('virtio1', undefined, { disks: { virtio1: 'local-lvm:1' } }, 'added'),
  named('sata1', undefined, { disks: { sata1: 'local-lvm:1' } }, 'added'),
  named(
    'ide2',
    'local:iso/a.iso,media=cdrom,size=1M',
    { disks: { ide2: 'local:iso/b.iso,media=cdrom' } },
    'another disc',
  ),
  named('ide2', 'local:iso/a.iso,media=cdrom,size=1M', { disks: { ide2: 'none,media=cdrom' } }, 'no disc'),
  named('scsi0', SCSI0, { extra_config: { scsi0: 'local-lvm:vm-201-disk-0,serial=A1' } }, '`serial`'),

  extra('acpi', undefined, '0'),
  extra('affinity', '0-1', '0-3'),
  extra('allow-ksm', undefined, '0'),
  extra('amd-sev', undefined, 'std'),
  extra('args', undefined, '-no-hpet'),
  extra('audio0', undefined, 'device=ich9-intel-hda'),
  extra('autostart', undefined, '1'),
  extra('bootdisk', undefined, 'scsi0'),
  extra('cpulimit', undefined, '1.5'),
  extra('cpuunits', '100', '200'),
  extra('freeze', undefined, '1'),
  extra('hugepages', undefined, '2'),
  extra('intel-tdx', undefined, 'type=tdx,attestation=1'),
  extra('ivshmem', undefined, 'size=32'),
  extra('keephugepages', undefined, '1'),
  extra('kvm', undefined, '0'),
  extra('localtime', undefined, '1'),
  extra('migrate_downtime', undefined, '0.5'),
  extra('migrate_speed', undefined, '100'),
  extra('numa0', undefined, 'cpus=0-1,hostnodes=0,memory=512,policy=bind'),
  extra('parallel0', undefined, '/dev/parport0'),
  extra('reboot', undefined, '0'),
  extra('rng0', undefined, 'source=/dev/urandom'),
  extra('shares', undefined, '2000'),
  extra('smbios1', 'uuid=11111111-2222-4333-8444-555555555555', 'base64=1,manufacturer=QUNNRQ=='),
  extra('smp', undefined, '2'),
  extra('spice_enhancements', undefined, 'foldersharing=1'),
  extra('startdate', undefined, '2026-01-01'),
  extra('tablet', undefined, '0'),
  extra('tdf', undefined, '1'),
  extra('usb0', undefined, 'mapping=key,usb3=1'),
  {
    option: 'usb0',
    has: 'ostype: l26\n',
    wants: { extra_config: { usb0: 'mapping=key' } },
    about: 'a guest of type `l26`',
  },
  extra('vcpus', undefined, '1'),
  extra('virtiofs0', undefined, 'dirid=shared,cache=always'),
  extra('vmgenid', undefined, '1'),
  extra('vmstatestorage', undefined, 'local'),
  extra('watchdog', undefined, 'model=i6300esb,action=reset'),
  extra('citype', undefined, 'nocloud', 'a VM without a cloud image'),
  extra('ciuser', undefined, 'root', 'a VM without a cloud image'),
  extra('ciupgrade', undefined, '0', 'a VM without a cloud image'),
  extra('cicustom', undefined, 'user=local:snippets/u.yaml', 'a VM without a cloud image'),
  extra('ipconfig0', undefined, 'ip=dhcp', 'a VM without a cloud image'),
  extra('nameserver', undefined, '192.0.2.53', 'a VM without a cloud image'),
  extra('searchdomain', undefined, 'example.test', 'a VM without a cloud image'),
];
