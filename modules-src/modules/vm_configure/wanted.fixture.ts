import fc from 'fast-check';
import type { Wanted } from './plan.ts';

const network = fc
  .record({
    model: fc.constantFrom('virtio', 'e1000', 'virtio=BC:24:11:AA:00:01', 'virtio,macaddr=bc:24:11:aa:00:02'),
    bridge: fc.constantFrom('vmbr0', 'vmbr1'),
    more: fc.constantFrom('', ',firewall=1', ',firewall=0', ',tag=5,mtu=1400'),
  })
  .map(({ model, bridge, more }) => `${model},bridge=${bridge}${more}`);

/** What may sensibly be wanted of VM 200, web-01, each option present or not. */
export const anyWantedVm: fc.Arbitrary<Wanted> = fc.record(
  {
    vmid: fc.constant(200),
    name: fc.constant('web-01'),
    disk_storage: fc.constant('local-lvm'),
    apply: fc.constantFrom('live' as const, 'reboot' as const, 'stop' as const),
    shutdown_timeout: fc.constant(60),
    cores: fc.integer({ min: 1, max: 64 }),
    sockets: fc.integer({ min: 1, max: 2 }),
    memory: fc.constantFrom(512, 2048, 4096),
    balloon: fc.constantFrom(0, 1024),
    cpu_type: fc.constantFrom('host', 'x86-64-v2-AES', 'cputype=host,flags=+aes'),
    scsihw: fc.constantFrom('lsi', 'virtio-scsi-pci'),
    ostype: fc.constantFrom('l26', 'other'),
    agent: fc.constantFrom('true', 'false', 'enabled=1,fstrim_cloned_disks=1'),
    onboot: fc.boolean(),
    protection: fc.boolean(),
    numa: fc.boolean(),
    hotplug: fc.constantFrom('network,disk,usb', 'usb,disk,network', 'disk', '0', '1'),
    description: fc.constantFrom('notes', 'two\nlines', 'ä: 100%', '# - "x"', 'on', 'ON', 'trailing\n\n'),
    tags: fc.array(fc.constantFrom('web', 'Web', 'prod', 'a.b'), { maxLength: 3 }),
    machine: fc.constantFrom('q35', 'pc'),
    uefi: fc.boolean(),
    tpm: fc.boolean(),
    serial: fc.boolean(),
    vga: fc.constantFrom('std', 'serial0'),
    boot_order: fc.constantFrom('order=scsi0', 'order=scsi0;net0'),
    startup: fc.constantFrom('order=1,up=30', '2'),
    networks: fc.dictionary(fc.constantFrom('net0', 'net1', 'net2'), network, { maxKeys: 2 }),
    disks: fc.dictionary(
      fc.constantFrom('scsi0', 'scsi1', 'virtio0'),
      fc.constantFrom('local-lvm:8', 'tank:1,cache=none'),
      {
        maxKeys: 2,
      },
    ),
    gpu: fc.array(
      fc.record(
        { id: fc.constantFrom('0000:01:00', '0000:02:00.0'), pcie: fc.boolean() },
        { requiredKeys: ['id'] },
      ),
      { maxLength: 1 },
    ),
    extra_config: fc.dictionary(
      fc.constantFrom('args', 'hugepages', 'freeze'),
      fc.constantFrom('-x', '2', true, 'A'),
    ),
  },
  { requiredKeys: ['vmid', 'name', 'disk_storage', 'apply', 'shutdown_timeout'] },
);
