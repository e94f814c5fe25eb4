import { expect } from 'chai';
import { architectureOf } from './architecture.ts';

describe('architecture of an image', () => {
  it('is what the name says, in the words of Debian', () => {
    for (const [name, expected] of [
      ['debian-12-genericcloud-amd64.qcow2', 'amd64'],
      ['Rocky-9-GenericCloud-Base.latest.x86_64.qcow2', 'amd64'],
      ['noble-server-cloudimg-arm64.img', 'arm64'],
      ['AlmaLinux-9-GenericCloud-latest.aarch64.qcow2', 'arm64'],
      ['noble.img', undefined],
      ['xamd64y.img', undefined],
    ] as const)
      expect(architectureOf(name), name).to.equal(expected);
  });
});
