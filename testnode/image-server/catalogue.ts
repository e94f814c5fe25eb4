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
const ENTERPRISE_LINUX_RELEASES = ['8', '9', '10'];
const FEDORA_BUILDS = ['43-1.6', '44-1.7'];
const FEDORA_HOSTS = ['dl.fedoraproject.org', 'download.fedoraproject.org'];
const MACHINES = ['x86_64', 'aarch64'];

/** The addresses under which distributions publish their cloud images. */
export const IMAGE_URLS: readonly string[] = [
  ...Object.entries(UBUNTU_RELEASES).flatMap(([version, codename]) => ubuntu(version, codename)),
  ...Object.entries(DEBIAN_RELEASES).flatMap(([version, codename]) => debian(version, codename)),
  ...MACHINES.flatMap(machine => [
    ...CENTOS_RELEASES.map(
      version =>
        `https://cloud.centos.org/centos/${version}-stream/${machine}/images/CentOS-Stream-GenericCloud-${version}-latest.${machine}.qcow2`,
    ),
    ...ENTERPRISE_LINUX_RELEASES.flatMap(version => enterpriseLinux(version, machine)),
    ...FEDORA_BUILDS.flatMap(build => fedora(build, machine)),
  ]),
];

/** One image under every address of the catalogue: what a test needs of a distribution is that it boots. */
export function everywhere(image: string, urls = IMAGE_URLS): ServedFiles {
  return Object.fromEntries(urls.map(url => [url, image]));
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

function enterpriseLinux(version: string, machine: string): readonly string[] {
  return [
    `https://dl.rockylinux.org/pub/rocky/${version}/images/${machine}/Rocky-${version}-GenericCloud-Base.latest.${machine}.qcow2`,
    `https://repo.almalinux.org/almalinux/${version}/cloud/${machine}/images/AlmaLinux-${version}-GenericCloud-latest.${machine}.qcow2`,
  ];
}

function fedora(build: string, machine: string): readonly string[] {
  const [version = ''] = build.split('-', 1);
  return FEDORA_HOSTS.map(
    host =>
      `https://${host}/pub/fedora/linux/releases/${version}/Cloud/${machine}/images/Fedora-Cloud-Base-Generic-${build}.${machine}.qcow2`,
  );
}
