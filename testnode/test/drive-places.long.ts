import { expect } from 'chai';
import type { Cluster } from '../host/cluster-handle.ts';
import { bootingNode, inGuest, NODE_IMAGE, qm } from './guest-scene.ts';

const EFI = ['--bios', 'ovmf', '--efidisk0', 'local:1,efitype=4m'];
const Q35 = ['--machine', 'q35'];

/** Machine q35 with OVMF is what boot.long.ts boots. */
const MACHINES = [
  ['SeaBIOS', '103', []],
  ['SeaBIOS on q35', '104', Q35],
  ['OVMF', '105', EFI],
] as const;

describe('a cloud-init drive at the end of SCSI', function () {
  this.timeout(900_000);
  this.slow(300_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await bootingNode();
  });

  after(() => cluster.down());

  for (const [title, vmid, firmware] of MACHINES) {
    it(`is seen by a guest that boots from ${title}`, async () => {
      const mac = `BC:24:11:00:01:${vmid.slice(1)}`;
      const name = `web-${vmid}`;
      await qm(cluster, 'create', vmid, '--name', name, '--memory', '1024', '--cores', '2', ...firmware);
      const disk = `local:0,import-from=${NODE_IMAGE},format=qcow2`;
      await qm(cluster, 'set', vmid, '--scsihw', 'virtio-scsi-pci', '--scsi0', disk, '--boot', 'order=scsi0');
      const devices = ['--net0', `virtio=${mac},bridge=vmbr0`, '--serial0', 'socket'];
      const user = ['--ciuser', 'debian', '--sshkeys', '/root/guest-key.pub', '--ipconfig0', 'ip=dhcp'];
      await qm(cluster, 'set', vmid, ...devices, '--scsi30', 'local:cloudinit', ...user);
      await qm(cluster, 'start', vmid);

      const lease = () => cluster.leases().find(one => one.mac.toUpperCase() === mac)?.address;
      expect(await inGuest(cluster, lease, 'hostname')).to.equal(`${name}\n`);
      await qm(cluster, 'stop', vmid);
    });
  }
});
