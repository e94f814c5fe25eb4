/** A cloud image that `proxmox_vm_cloud_image` may name. */
export interface CatalogueImage {
  readonly title: string;
  readonly url: string;
  /** User that the image's own documentation names. */
  readonly user: string;
  /** GiB that every build of 2026 and before needs at least: a smaller disk is refused before the download. */
  readonly minDisk: number;
  /** The distribution no longer mends its security holes. */
  readonly endOfLife?: true;
}

type Architecture = 'amd64' | 'arm64';
/** The same, in the words of Fedora and Enterprise Linux. */
const RPM_NAMES = { amd64: 'x86_64', arm64: 'aarch64' } as const;

/** How a distribution publishes its images: one release for one architecture. */
type Release = (architecture: Architecture) => CatalogueImage;

const ubuntu =
  (version: string): Release =>
  architecture => ({
    title: `Ubuntu ${version} LTS`,
    url: `https://cloud-images.ubuntu.com/releases/${version}/release/ubuntu-${version}-server-cloudimg-${architecture}.img`,
    user: 'ubuntu',
    minDisk: 2.2,
  });

/** `genericcloud` is the smaller build for virtual machines; its kernel lacks AHCI, which matters on q35. */
const debian =
  (version: number, codename: string): Release =>
  architecture => ({
    title: `Debian ${version} (${codename.charAt(0).toUpperCase()}${codename.slice(1)})`,
    url: `https://cloud.debian.org/images/cloud/${codename}/latest/debian-${version}-genericcloud-${architecture}.qcow2`,
    user: 'debian',
    minDisk: 2,
  });

const centosStream =
  (version: number, user: string): Release =>
  architecture => {
    const machine = RPM_NAMES[architecture];
    return {
      title: `CentOS Stream ${version}`,
      url: `https://cloud.centos.org/centos/${version}-stream/${machine}/images/CentOS-Stream-GenericCloud-${version}-latest.${machine}.qcow2`,
      user,
      minDisk: 10,
    };
  };

const rocky =
  (version: number): Release =>
  architecture => {
    const machine = RPM_NAMES[architecture];
    return {
      title: `Rocky Linux ${version}`,
      url: `https://dl.rockylinux.org/pub/rocky/${version}/images/${machine}/Rocky-${version}-GenericCloud-Base.latest.${machine}.qcow2`,
      user: 'rocky',
      minDisk: 10,
    };
  };

const alma =
  (version: number): Release =>
  architecture => {
    const machine = RPM_NAMES[architecture];
    return {
      title: `AlmaLinux ${version}`,
      url: `https://repo.almalinux.org/almalinux/${version}/cloud/${machine}/images/AlmaLinux-${version}-GenericCloud-latest.${machine}.qcow2`,
      user: 'almalinux',
      minDisk: 10,
    };
  };

const fedora =
  (version: number, build: string): Release =>
  architecture => {
    const machine = RPM_NAMES[architecture];
    return {
      title: `Fedora Cloud ${version}`,
      url: `https://dl.fedoraproject.org/pub/fedora/linux/releases/${version}/Cloud/${machine}/images/Fedora-Cloud-Base-Generic-${version}-${build}.${machine}.qcow2`,
      user: 'fedora',
      minDisk: 5,
    };
  };

/** Releases that are maintained; each of them for both architectures, newest first within a distribution. */
const RELEASES = {
  'ubuntu-26.04': ubuntu('26.04'),
  'ubuntu-24.04': ubuntu('24.04'),
  'ubuntu-22.04': ubuntu('22.04'),
  'debian-13': debian(13, 'trixie'),
  'debian-12': debian(12, 'bookworm'),
  'centos-10-stream': centosStream(10, 'cloud-user'),
  'centos-9-stream': centosStream(9, 'cloud-user'),
  'rocky-10': rocky(10),
  'rocky-9': rocky(9),
  'rocky-8': rocky(8),
  'alma-10': alma(10),
  'alma-9': alma(9),
  'alma-8': alma(8),
  'fedora-44': fedora(44, '1.7'),
  'fedora-43': fedora(43, '1.6'),
} as const satisfies Readonly<Record<string, Release>>;

/** Releases that still can be had, for machines that need them; a run with one of them warns. */
const ENDED = {
  'ubuntu-20.04': ubuntu('20.04'),
  'debian-11': debian(11, 'bullseye'),
  'centos-8-stream': centosStream(8, 'centos'),
} as const satisfies Readonly<Record<string, Release>>;

/** The catalogue. Links that say `latest` or `release` follow the distribution's builds. */
export const images: Readonly<Record<string, CatalogueImage>> = {
  ...Object.fromEntries(Object.entries(RELEASES).map(([name, release]) => [name, release('amd64')])),
  ...Object.fromEntries(
    Object.entries(ENDED).map(([name, release]) => [name, { ...release('amd64'), endOfLife: true }]),
  ),
  ...Object.fromEntries(
    Object.entries(RELEASES).map(([name, release]) => [`${name}-arm64`, forArm(release('arm64'))]),
  ),
};

function forArm(image: CatalogueImage): CatalogueImage {
  return { ...image, title: `${image.title} for ARM64` };
}

const catalogue = Object.entries(images);

export const imageUrls = Object.fromEntries(catalogue.map(([name, { url }]) => [name, url]));

/** What the role must know of an image besides its URL, by the image's name. */
export const imageFacts = Object.fromEntries(
  catalogue.map(([name, { user, minDisk, endOfLife = false }]) => [
    name,
    { user, min_disk: `${minDisk}G`, end_of_life: endOfLife },
  ]),
);
