/** A cloud image that `proxmox_vm_cloud_image` may name. */
export interface CatalogueImage {
  readonly title: string;
  readonly url: string;
  /** User that the image's own documentation names. */
  readonly user: string;
  /** File beside the image that lists its checksum, and the algorithm used there. */
  readonly sums: string;
  readonly algorithm: 'sha256' | 'sha512';
  /** The distribution no longer mends its security holes. */
  readonly endOfLife?: true;
}

const UBUNTU = 'https://cloud-images.ubuntu.com/releases';
const DEBIAN = 'https://cloud.debian.org/images/cloud';
const CENTOS = 'https://cloud.centos.org/centos';

type Architecture = 'amd64' | 'arm64';

function ubuntu(version: string, title: string, architecture: Architecture = 'amd64'): CatalogueImage {
  return {
    title,
    url: `${UBUNTU}/${version}/release/ubuntu-${version}-server-cloudimg-${architecture}.img`,
    user: 'ubuntu',
    sums: 'SHA256SUMS',
    algorithm: 'sha256',
  };
}

/** `genericcloud` is the smaller build for virtual machines; its kernel lacks AHCI, which matters on q35. */
function debian(version: number, codename: string, architecture: Architecture = 'amd64'): CatalogueImage {
  const name = `Debian ${version} (${codename.charAt(0).toUpperCase()}${codename.slice(1)})`;
  return {
    title: architecture === 'arm64' ? `${name} for ARM64` : name,
    url: `${DEBIAN}/${codename}/latest/debian-${version}-genericcloud-${architecture}.qcow2`,
    user: 'debian',
    sums: 'SHA512SUMS',
    algorithm: 'sha512',
  };
}

function centosStream(version: number, user: string): CatalogueImage {
  const file = `CentOS-Stream-GenericCloud-${version}-latest.x86_64.qcow2`;
  return {
    title: `CentOS Stream ${version}`,
    url: `${CENTOS}/${version}-stream/x86_64/images/${file}`,
    user,
    sums: `${file}.SHA256SUM`,
    algorithm: 'sha256',
  };
}

/** The catalogue, newest first within a distribution. Links that say `latest` follow the distribution's builds. */
export const images = {
  'ubuntu-26.04': ubuntu('26.04', 'Ubuntu 26.04 LTS'),
  'ubuntu-24.04': ubuntu('24.04', 'Ubuntu 24.04 LTS'),
  'ubuntu-22.04': ubuntu('22.04', 'Ubuntu 22.04 LTS'),
  'ubuntu-20.04': { ...ubuntu('20.04', 'Ubuntu 20.04 LTS'), endOfLife: true },
  'debian-13': debian(13, 'trixie'),
  'debian-12': debian(12, 'bookworm'),
  'debian-11': { ...debian(11, 'bullseye'), endOfLife: true },
  'centos-9-stream': centosStream(9, 'cloud-user'),
  'centos-8-stream': { ...centosStream(8, 'centos'), endOfLife: true },
  'rocky-9': {
    title: 'Rocky Linux 9',
    url: 'https://dl.rockylinux.org/pub/rocky/9/images/x86_64/Rocky-9-GenericCloud-Base.latest.x86_64.qcow2',
    user: 'rocky',
    sums: 'CHECKSUM',
    algorithm: 'sha256',
  },
  'alma-9': {
    title: 'AlmaLinux 9',
    url: 'https://repo.almalinux.org/almalinux/9/cloud/x86_64/images/AlmaLinux-9-GenericCloud-latest.x86_64.qcow2',
    user: 'almalinux',
    sums: 'CHECKSUM',
    algorithm: 'sha256',
  },
  'fedora-43': {
    title: 'Fedora Cloud 43',
    url: 'https://download.fedoraproject.org/pub/fedora/linux/releases/43/Cloud/x86_64/images/Fedora-Cloud-Base-Generic-43-1.6.x86_64.qcow2',
    user: 'fedora',
    sums: 'Fedora-Cloud-43-1.6-x86_64-CHECKSUM',
    algorithm: 'sha256',
  },
  'ubuntu-26.04-arm64': ubuntu('26.04', 'Ubuntu 26.04 LTS for ARM64', 'arm64'),
  'ubuntu-24.04-arm64': ubuntu('24.04', 'Ubuntu 24.04 LTS for ARM64', 'arm64'),
  'debian-13-arm64': debian(13, 'trixie', 'arm64'),
  'debian-12-arm64': debian(12, 'bookworm', 'arm64'),
} as const satisfies Readonly<Record<string, CatalogueImage>>;

const catalogue: readonly (readonly [string, CatalogueImage])[] = Object.entries(images);

/** One property of every image, by the image's name. */
export const imageUrls = Object.fromEntries(catalogue.map(([name, { url }]) => [name, url]));
export const imageUsers = Object.fromEntries(catalogue.map(([name, { user }]) => [name, user]));
export const endOfLifeImages = catalogue.flatMap(([name, { endOfLife }]) => (endOfLife ? [name] : []));

/** What `proxmox_vm_cloud_image_checksum` takes to verify the image against the distribution's own list. */
export const imageChecksum = ({ url, sums, algorithm }: CatalogueImage): string =>
  `${algorithm}:${url.slice(0, url.lastIndexOf('/') + 1)}${sums}`;
