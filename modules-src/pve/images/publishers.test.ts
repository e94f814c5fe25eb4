import { expect } from 'chai';
import { publishedList } from './publishers.ts';

/** The file beside the image of which the publisher lists the checksum. */
const sums = (url: string): string | undefined => publishedList(url)?.list.url.split('/').at(-1);

describe('publishers of cloud images', () => {
  it('list checksums beside the image', () => {
    const rows = [
      ['https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img', 'SHA256SUMS'],
      ['https://cloud.debian.org/images/cloud/trixie/latest/debian-13-generic-amd64.qcow2', 'SHA512SUMS'],
      [
        'https://cloud.debian.org/images/cloud/trixie/20261101-2650/debian-13-generic-arm64.raw',
        'SHA512SUMS',
      ],
      ['https://dl.rockylinux.org/pub/rocky/10/images/x86_64/Rocky-10.qcow2', 'CHECKSUM'],
      ['https://mirror.test/pub/rocky/9.6/images/aarch64/Rocky-9.qcow2', 'CHECKSUM'],
      ['https://repo.almalinux.org/almalinux/9/cloud/x86_64/images/AlmaLinux-9.qcow2', 'CHECKSUM'],
      ['https://cloud.centos.org/centos/9-stream/x86_64/images/CentOS-9.qcow2', 'CentOS-9.qcow2.SHA256SUM'],
      [
        'https://mirror.test/fedora/linux/releases/43/Cloud/x86_64/images/Fedora-Cloud-Base-Generic-43-1.6.x86_64.qcow2',
        'Fedora-Cloud-43-1.6-x86_64-CHECKSUM',
      ],
    ] as const;

    for (const [url, expected] of rows) expect(sums(url), url).to.equal(expected);
  });

  it('sign them with keys that are known by their whole fingerprint, which come by https or from a file', () => {
    for (const url of [
      'https://cloud-images.ubuntu.com/releases/24.04/release/x.img',
      'https://dl.rockylinux.org/pub/rocky/8/images/x86_64/x.qcow2',
      'https://repo.almalinux.org/almalinux/10/cloud/x86_64/images/x.qcow2',
      'https://dl.fedoraproject.org/pub/fedora/linux/releases/44/Cloud/x86_64/images/Fedora-Cloud-Base-Generic-44-1.7.x86_64.qcow2',
    ]) {
      const { fingerprints, keyrings } = publishedList(url)?.signature ?? { fingerprints: [], keyrings: [] };
      expect(fingerprints, url).to.not.be.empty;
      for (const fingerprint of fingerprints) expect(fingerprint).to.match(/^[0-9A-F]{40}$/);
      for (const keyring of keyrings) expect(keyring).to.match(/^(https:\/\/|\/)/);
    }
  });

  it('are known by their site and layout only', () => {
    for (const url of [
      'https://cloud-images.ubuntu.com.evil.test/noble/x.img',
      'https://evil.test/cloud-images.ubuntu.com/x.img',
      'https://example.com/x.qcow2',
    ])
      expect(publishedList(url), url).to.equal(undefined);
  });
});
