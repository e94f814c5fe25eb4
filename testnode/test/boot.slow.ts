import { expect } from 'chai';
import type { Cluster } from '../host/cluster.ts';
import { bootingNode, inGuest, NODE_IMAGE, qm } from './guest-scene.ts';

const NODE = 'pve01';
const MAC = 'BC:24:11:00:00:02';

describe('a guest that boots for real', function () {
  this.timeout(600_000);
  this.slow(200_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await bootingNode();
  });

  after(() => cluster.down());

  it('from SeaBIOS, as a clone of a template, has its name, address, DNS, key, snippet and a grown disk', async () => {
    await qm(
      cluster,
      'create',
      '9000',
      '--name',
      'template',
      '--memory',
      '1024',
      '--cores',
      '2',
      '--agent',
      '1',
    );
    const disk = `local-lvm:0,import-from=${NODE_IMAGE}`;
    await qm(cluster, 'set', '9000', '--scsihw', 'virtio-scsi-pci', '--scsi0', disk, '--boot', 'order=scsi0');
    await qm(
      cluster,
      'set',
      '9000',
      '--net0',
      'virtio,bridge=vmbr0',
      '--serial0',
      'socket',
      '--ide2',
      'local-lvm:cloudinit',
    );
    await qm(cluster, 'template', '9000');
    await qm(cluster, 'clone', '9000', '101', '--name', 'web-01');
    await qm(cluster, 'resize', '101', 'scsi0', '4G');
    const snippet = '#cloud-config\nwrite_files:\n  - {path: /etc/from-vendor, content: snippet}\n';
    await cluster.writeFile(NODE, '/var/lib/vz/snippets/vendor.yaml', snippet);
    const user = [
      '--ciuser',
      'debian',
      '--sshkeys',
      '/root/guest-key.pub',
      '--cicustom',
      'vendor=local:snippets/vendor.yaml',
    ];
    const network = ['--ipconfig0', 'ip=10.98.0.60/24,gw=10.98.0.1', '--nameserver', '10.98.0.1'];
    await qm(cluster, 'set', '101', ...user, ...network, '--searchdomain', 'example.test');
    await qm(cluster, 'start', '101');

    const questions =
      'hostname; cat /etc/from-vendor; resolvectl dns; resolvectl domain; df --output=size -BG /; ip -4 -br address';
    const answers = await inGuest(cluster, () => '10.98.0.60', questions);

    expect(answers)
      .to.match(/^web-01$/m)
      .and.match(/^ *4G$/m)
      .and.include('10.98.0.60/24');
    expect(answers)
      .to.include('snippet')
      .and.match(/eth0.*10\.98\.0\.1$/m)
      .and.match(/eth0.*example\.test/);
    expect(await qm(cluster, 'agent', '101', 'network-get-interfaces')).to.include('10.98.0.60');
    expect(await qm(cluster, 'guest', 'exec', '101', '--', 'hostname')).to.include('web-01');
    await qm(cluster, 'shutdown', '101', '--timeout', '120');
    await nothingIsLeft(cluster);
  });

  it('from OVMF under Secure Boot, with a TPM and an address by DHCP', async () => {
    await qm(
      cluster,
      'create',
      '102',
      '--name',
      'web-02',
      '--memory',
      '1024',
      '--cores',
      '2',
      '--agent',
      '1',
    );
    const firmware = ['--bios', 'ovmf', '--machine', 'q35', '--tpmstate0', 'local:4,version=v2.0'];
    await qm(cluster, 'set', '102', ...firmware, '--efidisk0', 'local:1,efitype=4m,pre-enrolled-keys=1');
    const disk = `local:0,import-from=${NODE_IMAGE},format=qcow2`;
    await qm(
      cluster,
      'set',
      '102',
      '--scsihw',
      'virtio-scsi-single',
      '--scsi0',
      disk,
      '--boot',
      'order=scsi0',
    );
    // Not on ide2: the guest's kernel has no AHCI driver, and on q35 that is what IDE is.
    const devices = [
      '--net0',
      `virtio=${MAC},bridge=vmbr0`,
      '--serial0',
      'socket',
      '--scsi1',
      'local:cloudinit',
    ];
    await qm(cluster, 'set', '102', ...devices);
    await qm(
      cluster,
      'set',
      '102',
      '--ciuser',
      'debian',
      '--sshkeys',
      '/root/guest-key.pub',
      '--ipconfig0',
      'ip=dhcp',
    );
    await qm(cluster, 'start', '102');

    const lease = () => cluster.leases().find(({ mac }) => mac.toUpperCase() === MAC)?.address;
    const answers = await inGuest(
      cluster,
      lease,
      'hostname; ls /dev/tpm0; sudo dmesg | grep -i "secure boot"',
    );

    expect(answers)
      .to.match(/^web-02$/m)
      .and.match(/^\/dev\/tpm0$/m)
      .and.match(/secure ?boot enabled/i);
    await qm(cluster, 'stop', '102');
    await nothingIsLeft(cluster);
  });
});

/** Interfaces and processes of a guest go with it; those that have ended are collected a moment later. */
async function nothingIsLeft(cluster: Cluster): Promise<void> {
  const script = 'while ls /sys/class/net | grep ^tap || pgrep -l "kvm|qemu|swtpm"; do sleep 0.2; done';
  await cluster.exec(NODE, ['sh', '-c', script]);
}
