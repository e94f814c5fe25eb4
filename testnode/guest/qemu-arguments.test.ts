import { expect } from 'chai';
import { devicesOf, propertiesOf } from './device.ts';
import { tapsOf } from './network-arguments.ts';
import { qemuArguments } from './qemu-arguments.ts';

const volumePath = (volid: string): string => `/volumes/${volid.replace(/^[^:]*:/, '')}`;

/** The values of one QEMU option for a configuration. */
function values(option: string, config: Readonly<Record<string, string>>): readonly string[] {
  const plan = {
    vmid: 100,
    config: new Map(Object.entries(config)),
    volumePath,
    accelerator: 'tcg',
  } as const;
  const args = qemuArguments(plan);
  return args.filter((_, index) => args[index - 1] === option);
}

describe('the QEMU command line of a VM', () => {
  it('has the processors and the memory of the configuration', () => {
    expect(values('-smp', { sockets: '2', cores: '3' })).to.deep.equal(['6,sockets=2,cores=3']);
    expect(values('-m', { memory: 'current=2048' })).to.deep.equal(['2048']);
    expect(values('-m', {})).to.deep.equal(['512']);
  });

  it('puts a disk on the controller that scsihw names, in its place of the boot order', () => {
    const devices = values('-device', {
      scsihw: 'virtio-scsi-pci',
      scsi0: 'local-lvm:vm-100-disk-0,size=2G',
      boot: 'order=net0;scsi0',
    });

    expect(devices).to.include('virtio-scsi-pci,id=scsihw0');
    expect(devices).to.include(
      'scsi-hd,bus=scsihw0.0,channel=0,scsi-id=0,lun=0,drive=drive-scsi0,id=scsi0,bootindex=101',
    );
  });

  it('gives each disk a controller of its own for virtio-scsi-single', () => {
    const config = { scsihw: 'virtio-scsi-single', scsi0: 'local:100/a.raw', scsi3: 'local:100/b.raw' };

    expect(values('-device', config).filter(device => device.startsWith('virtio-scsi-pci'))).to.deep.equal([
      'virtio-scsi-pci,id=virtioscsi0',
      'virtio-scsi-pci,id=virtioscsi3',
    ]);
  });

  it('takes the format from the name of the file, raw for block storages', () => {
    const drives = values('-drive', { scsi0: 'local:100/disk.qcow2', virtio0: 'local-lvm:vm-100-disk-1' });

    expect(drives[0]).to.include('file=/volumes/100/disk.qcow2,format=qcow2');
    expect(drives[1]).to.include('file=/volumes/vm-100-disk-1,format=raw');
  });

  it('puts the cloud-init drive where the machine has it', () => {
    const config = { ide2: 'local:100/vm-100-cloudinit.qcow2,media=cdrom' };

    expect(values('-device', config)).to.include('ide-cd,bus=ide.1,unit=0,drive=drive-ide2,id=ide2');
    expect(values('-device', { ...config, machine: 'q35' })).to.include(
      'ide-cd,bus=ide.2,unit=0,drive=drive-ide2,id=ide2',
    );
  });

  it('joins a network card to its bridge by a tap of the VM', () => {
    const config = { net1: 'virtio=BC:24:11:00:00:01,bridge=vmbr1,firewall=1' };

    expect(values('-netdev', config)).to.deep.equal(['tap,id=net1,ifname=tap100i1,script=no,downscript=no']);
    expect(values('-device', config)).to.include('virtio-net-pci,netdev=net1,id=net1,mac=BC:24:11:00:00:01');
    expect(tapsOf(100, new Map(Object.entries(config)))).to.deep.equal([
      { name: 'tap100i1', bridge: 'vmbr1' },
    ]);
  });

  it('has firmware variables of the exact size, and a TPM, when it is to have them', () => {
    const config = {
      bios: 'ovmf',
      efidisk0: 'local-lvm:vm-100-disk-1,efitype=4m',
      tpmstate0: 'local-lvm:vm-100-disk-2',
    };

    expect(values('-drive', config)[1]).to.include('file=/volumes/vm-100-disk-1,size=540672');
    expect(values('-tpmdev', config)).to.deep.equal(['emulator,id=tpmdev,chardev=tpmchar']);
    expect(values('-drive', {})).to.deep.equal([]);
  });

  it('keeps what a serial port prints, and opens the channel of the agent', () => {
    const channels = values('-chardev', { serial0: 'socket', agent: 'enabled=1,fstrim_cloned_disks=1' });

    expect(channels.join(' ')).to.include('/100.serial0.log').and.include('/100.qga');
    expect(values('-chardev', { agent: '0' }).join(' ')).not.to.include('.qga');
  });
});

describe('a device of a configuration', () => {
  it('is found by its bus, in the order of its number', () => {
    const config = new Map(Object.entries({ net10: 'virtio', net2: 'e1000', name: 'x', scsihw: 'lsi' }));

    expect(devicesOf(config, ['net']).map(({ slot }) => slot)).to.deep.equal(['net2', 'net10']);
  });

  it('has properties, of which one may be nameless', () => {
    expect([...propertiesOf('local:iso/x.iso,media=cdrom')]).to.deep.equal([
      ['file', 'local:iso/x.iso'],
      ['media', 'cdrom'],
    ]);
  });
});
