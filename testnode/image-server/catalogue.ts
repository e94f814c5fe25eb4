import type { ServedFiles } from './protocol.ts';

const UBUNTU = 'https://cloud-images.ubuntu.com';
const DEBIAN = 'https://cloud.debian.org/images/cloud';
const ARCHITECTURES = ['amd64', 'arm64'];
const UBUNTU_RELEASES: Readonly<Record<string, string>> = {
  '20.04': 'focal',
  '22.04': 'jammy',
  '24.04': 'noble',
  '26.04': 'resolute',
};
const DEBIAN_RELEASES: Readonly<Record<string, string>> = {
  '11': 'bullseye',
  '12': 'bookworm',
  '13': 'trixie',
};
const DEBIAN_KINDS = ['generic', 'genericcloud'];
const CENTOS_RELEASES = ['8', '9', '10'];

const OTHERS = [
  'https://dl.rockylinux.org/pub/rocky/9/images/x86_64/Rocky-9-GenericCloud-Base.latest.x86_64.qcow2',
  'https://repo.almalinux.org/almalinux/9/cloud/x86_64/images/AlmaLinux-9-GenericCloud-latest.x86_64.qcow2',
  'https://download.fedoraproject.org/pub/fedora/linux/releases/43/Cloud/x86_64/images/Fedora-Cloud-Base-Generic-43-1.6.x86_64.qcow2',
];

/** The addresses under which distributions publish their cloud images. */
export const IMAGE_URLS: readonly string[] = [
  ...Object.entries(UBUNTU_RELEASES).flatMap(([version, codename]) => ubuntu(version, codename)),
  ...Object.entries(DEBIAN_RELEASES).flatMap(([version, codename]) => debian(version, codename)),
  ...CENTOS_RELEASES.map(
    version =>
      `https://cloud.centos.org/centos/${version}-stream/x86_64/images/CentOS-Stream-GenericCloud-${version}-latest.x86_64.qcow2`,
  ),
  ...OTHERS,
];

/** One image under every address of the catalogue: what a test needs of a distribution is that it boots. */
export function everywhere(image: string): ServedFiles {
  return Object.fromEntries(IMAGE_URLS.map(url => [url, image]));
}

function ubuntu(version: string, codename: string): readonly string[] {
  return ARCHITECTURES.flatMap(architecture => [
    `${UBUNTU}/releases/${version}/release/ubuntu-${version}-server-cloudimg-${architecture}.img`,
    `${UBUNTU}/releases/${codename}/release/ubuntu-${version}-server-cloudimg-${architecture}.img`,
    `${UBUNTU}/${codename}/current/${codename}-server-cloudimg-${architecture}.img`,
  ]);
}

function debian(version: string, codename: string): readonly string[] {
  return ARCHITECTURES.flatMap(architecture =>
    DEBIAN_KINDS.map(kind => `${DEBIAN}/${codename}/latest/debian-${version}-${kind}-${architecture}.qcow2`),
  );
}
