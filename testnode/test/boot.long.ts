import { expect } from 'chai';
import type { Cluster } from '../host/cluster-handle.ts';
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

  it('from OVMF under Secure Boot, with a TPM, has its name, lease, DNS, key, snippet and a grown disk', async () => {
    const firmware = ['--bios', 'ovmf', '--machine', 'q35', '--tpmstate0', 'local:4,version=v2.0'];
    const settings = ['--name', 'web-02', '--memory', '1024', '--cores', '2', '--agent', '1'];
    await qm(cluster, 'create', '102', ...settings);
    await qm(cluster, 'set', '102', ...firmware, '--efidisk0', 'local:1,efitype=4m,pre-enrolled-keys=1');
    const disk = `local:0,import-from=${NODE_IMAGE},format=qcow2`;
    const system = ['--scsihw', 'virtio-scsi-single', '--scsi0', disk, '--boot', 'order=scsi0'];
    await qm(cluster, 'set', '102', ...system);
    await qm(cluster, 'resize', '102', 'scsi0', '4G');
    // Not on ide2: the guest's kernel has no AHCI driver, and on q35 that is what IDE is.
    const devices = ['--serial0', 'socket', '--scsi30', 'local:cloudinit'];
    await qm(cluster, 'set', '102', '--net0', `virtio=${MAC},bridge=vmbr0`, ...devices);
    const snippet = '#cloud-config\nwrite_files:\n  - {path: /etc/from-vendor, content: snippet}\n';
    await cluster.writeFile(NODE, '/var/lib/vz/snippets/vendor.yaml', snippet);
    const user = ['--ciuser', 'debian', '--sshkeys', '/root/guest-key.pub'];
    const network = ['--ipconfig0', 'ip=dhcp', '--nameserver', '10.98.0.1'];
    await qm(cluster, 'set', '102', ...user, ...network, '--cicustom', 'vendor=local:snippets/vendor.yaml');
    await qm(cluster, 'start', '102');

    const lease = () => cluster.leases().find(({ mac }) => mac.toUpperCase() === MAC)?.address;
    const answers = await inGuest(
      cluster,
      lease,
      'hostname; ls /dev/tpm0; sudo dmesg | grep -i "secure boot"; cat /etc/from-vendor; resolvectl dns; df --output=size -BG /',
    );

    expect(answers)
      .to.match(/^web-02$/m)
      .and.match(/^\/dev\/tpm0$/m)
      .and.match(/secure ?boot enabled/i)
      .and.match(/^ *4G$/m);
    expect(answers)
      .to.include('snippet')
      .and.match(/eth0.*10\.98\.0\.1$/m);
    expect(await qm(cluster, 'agent', '102', 'network-get-interfaces')).to.include(lease());
    expect(await qm(cluster, 'guest', 'exec', '102', '--', 'hostname')).to.include('web-02');
    await qm(cluster, 'shutdown', '102', '--timeout', '120');
    await nothingIsLeft(cluster);
  });
});

/** Interfaces and processes of a guest go with it; those that have ended are collected a moment later. */
async function nothingIsLeft(cluster: Cluster): Promise<void> {
  const script = 'while ls /sys/class/net | grep ^tap || pgrep -l "kvm|qemu|swtpm"; do sleep 0.2; done';
  await cluster.exec(NODE, ['sh', '-c', script]);
}
