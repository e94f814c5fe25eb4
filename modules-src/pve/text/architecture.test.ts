import { expect } from 'chai';
import { architectureOf } from './architecture.ts';

describe('architecture of an image', () => {
  it('is what the name says, in the words of Debian', () => {
    for (const [name, expected] of [
      ['debian-12-genericcloud-amd64.qcow2', 'amd64'],
      ['Rocky-9-GenericCloud-Base.latest.x86_64.qcow2', 'amd64'],
      ['noble-server-cloudimg-arm64.img', 'arm64'],
      ['AlmaLinux-9-GenericCloud-latest.aarch64.qcow2', 'arm64'],
      ['Fedora-Cloud-Base-Generic-42.ppc64le.qcow2', 'ppc64el'],
      ['debian-12-generic-ppc64el.qcow2', 'ppc64el'],
      ['noble-server-cloudimg-riscv64.img', 'riscv64'],
      ['noble-server-cloudimg-armhf.img', 'armhf'],
      ['Fedora-Cloud-Base-Generic-42.s390x.qcow2', 's390x'],
      ['debian-sid-generic-loong64.qcow2', 'loong64'],
      ['noble.img', undefined],
      ['xamd64y.img', undefined],
    ] as const)
      expect(architectureOf(name), name).to.equal(expected);
  });
});
