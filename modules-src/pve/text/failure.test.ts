import { expect } from 'chai';
import { readFailure } from './failure.ts';

const LOCK = "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout";

describe('what a failed call says', () => {
  it('is the reason without the usage line that PVE prints behind it', () => {
    const stderr =
      "400 Parameter verification failed.\nstorage: storage 'noimages' does not support vm images\nqm create <vmid> [OPTIONS]\n";

    expect(readFailure(stderr, '').reason).to.equal(
      "400 Parameter verification failed.; storage: storage 'noimages' does not support vm images",
    );
  });

  it('names every bad parameter', () => {
    const stderr =
      "400 Parameter verification failed.\nvmid: type check ('integer') failed - got 'abc'\nmemory: invalid format - format error\nmemory.current: value must have a minimum value of 16\n\nqm set <vmid> [OPTIONS]\n";

    expect(readFailure(stderr, '').reason)
      .to.contain("got 'abc'")
      .and.contain('minimum value of 16')
      .and.not.contain('OPTIONS');
  });

  it('is free of the wait for a lock', () => {
    expect(readFailure(`trying to acquire lock...\n${LOCK}\n`, '').reason).to.equal(LOCK);
    expect(readFailure('trying to acquire lock...\n OK\nVM is locked (backup)\n', '').reason).to.equal(
      'VM is locked (backup)',
    );
  });

  it('is the last line of output when nothing is on stderr', () => {
    const stdout = "Formatting '/x.qcow2', fmt=qcow2\ntransferred 0.0 B of 64.0 MiB (0.00%)\nno space left\n";

    expect(readFailure('', stdout).reason).to.equal('no space left');
  });

  for (const text of [
    'qemu-img: error while writing at byte 16449536: No space left on device',
    'Volume group "pve" has insufficient free space (12 extents): 2048 required.',
    'Cannot create new thin volume, free space in thin pool pve/data reached threshold.',
    "zfs error: cannot create 'rpool/vm-100-disk-0': out of space",
  ]) {
    it(`comes with the way out: ${text}`, () => {
      expect(readFailure(`${text}\n`, '').reason).to.equal(
        `${text}; the storage is full: free some space on it, or choose another one`,
      );
    });
  }

  it('is said to be missing when nothing was printed', () => {
    expect(readFailure('', '').reason).to.equal('it printed no reason');
  });
});

describe('a failure passes by itself', () => {
  const transient = [
    "unable to create VM 100 - VM 100 already exists on node 'pve01'",
    'unable to create VM 200: config file already exists',
    LOCK,
    `unable to create VM 300 - ${LOCK.replace('100', '300')}`,
    "can't lock file '/var/lock/pve-manager/pve-storage-local' - got timeout",
    'got no worker upid - start worker failed',
    'cluster not ready - no quorum?',
  ];
  for (const text of transient) {
    it(`when it says ${text}`, () => expect(readFailure(`${text}\n`, '').transient).to.equal(true));
  }

  it('when a worker says so on stdout', () => {
    expect(readFailure('clone failed', `trying to acquire lock...\n${LOCK}\n`).transient).to.equal(true);
  });
});

describe('a failure does not pass by itself', () => {
  const permanent = [
    "unable to find configuration file for VM 999 on node 'pve01'",
    "Configuration file 'nodes/pve01/qemu-server/100.conf' does not exist",
    "storage 'x' does not exist",
    "storage 'disabled1' is disabled",
    "400 Parameter verification failed.\nstorage: storage 'noimages' does not support vm images",
    "can't find file '/srv/img/nope.qcow2'",
    "volume 'local:100/x' does not exist",
    'shrinking disks is not supported',
    "disk 'scsi9' does not exist",
    "you can't resize a cdrom",
    "you can't convert a template to a template",
    "you can't convert a VM to template if VM is running",
    'unable to create template, because VM contains snapshots',
    "can't remove VM 100 - protection mode enabled",
    'VM is locked (backup)',
    'VM 100 is running - destroy failed',
    'checksum mismatch (file change by other user?)',
    "you can't start a vm if it's a template",
    "Linked clone feature is not supported for 'local:100/vm-100-disk-0.qcow2' (scsi0)",
    "parameter 'storage' not allowed for linked clones",
    'SSH public key validation error',
    "disk image '/var/lib/vz/images/100/vm-100-cloudinit.qcow2' already exists",
    "backing file not allowed for untrusted image '/srv/img/backed.qcow2'!",
    'Unknown option: x\n400 unable to parse option',
    'ipcc_send_rec[1] failed: Connection refused',
    'VM quit/powerdown failed - got timeout',
  ];
  for (const text of permanent) {
    it(`when it says ${JSON.stringify(text)}`, () => {
      const failure = readFailure(`${text}\n`, '');

      expect(failure.transient).to.equal(false);
      expect(failure.reason).to.contain(text.split('\n').at(-1));
    });
  }
});
