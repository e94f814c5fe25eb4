import type { ImageSignature, ImageTrust } from '../../sdk/image.ts';

/** What a publisher says about an image: its sums file, and the signature over that. */
export interface PublishedList {
  readonly publisher: string;
  readonly list: NonNullable<ImageTrust['list']>;
  readonly signature: ImageSignature | undefined;
}

/** How a distribution publishes its cloud images. Replacements turn an image's URL into that of another file. */
interface Publisher {
  readonly name: string;
  readonly algorithm: PublishedList['list']['algorithm'];
  /** The image's URL. */
  readonly image: RegExp;
  readonly sums: string;
  /** URLs of detached signatures, or `inside` where the sums file is a signed message. */
  readonly signature?: 'inside' | readonly string[];
  readonly fingerprints?: readonly string[];
  readonly keyrings?: readonly string[];
}

const FEDORA_KEYS = [
  // The primary keys of Fedora 42 to 45 (fedoraproject.org/security).
  'B0F4950458F69E1150C6C5EDC8AC4916105EF944',
  'C6E7F081CF80E13146676E88829B606631645531',
  '36F612DCF27F7D1A48A835E4DBFCF71C6D9F90A6',
  '4F50A6114CD5C6976A7F1179655A4B02F577861E',
];

const rocky = (version: number, fingerprint: string): Publisher => ({
  name: `Rocky Linux ${version}`,
  algorithm: 'sha256',
  image: new RegExp(`^(https?://[^?#]*/rocky/${version}(?:\\.\\d+)?/images/[^/]+/)[^/?#]+$`),
  sums: '$1CHECKSUM',
  signature: ['$1CHECKSUM.sig', '$1CHECKSUM.asc'],
  fingerprints: [fingerprint],
  keyrings: [
    `/usr/share/distribution-gpg-keys/rocky/RPM-GPG-KEY-Rocky-${version}`,
    `https://dl.rockylinux.org/pub/rocky/RPM-GPG-KEY-Rocky-${version}`,
  ],
});

const alma = (version: number, ...fingerprints: readonly string[]): Publisher => ({
  name: `AlmaLinux ${version}`,
  algorithm: 'sha256',
  image: new RegExp(`^(https?://[^?#]*/almalinux/${version}(?:\\.\\d+)?/cloud/[^/]+/images/)[^/?#]+$`),
  sums: '$1CHECKSUM',
  signature: ['$1CHECKSUM.asc'],
  fingerprints,
  keyrings: [
    `/usr/share/distribution-gpg-keys/alma/RPM-GPG-KEY-AlmaLinux-${version}`,
    `https://repo.almalinux.org/almalinux/RPM-GPG-KEY-AlmaLinux-${version}`,
  ],
});

/**
 * Layouts as the distributions document them (November 2026), and the keys they name: cloud-images.ubuntu.com and
 * ubuntu-cloudimage-keyring, wiki.almalinux.org, rockylinux.org/resources/gpg-key-info (8 and 10 sign, 9 does not),
 * fedoraproject.org/security. Debian publishes no signature over the checksums of its cloud images. Mirrors that keep the
 * path are known too: what they serve is proved by the signature.
 */
const PUBLISHERS: readonly Publisher[] = [
  {
    name: 'Ubuntu',
    algorithm: 'sha256',
    image: /^(https?:\/\/cloud-images\.ubuntu\.com\/[^?#]*\/)[^/?#]+$/,
    sums: '$1SHA256SUMS',
    signature: ['$1SHA256SUMS.gpg'],
    fingerprints: ['D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81', '4A3CE3CD565D7EB5C810E2B97FF3F408476CF100'],
    keyrings: [
      '/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg',
      'https://keyserver.ubuntu.com/pks/lookup?op=get&options=mr&search=0xD2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81',
    ],
  },
  {
    name: 'Debian',
    algorithm: 'sha512',
    image: /^(https?:\/\/cloud\.debian\.org\/images\/cloud\/[^?#]*\/)[^/?#]+$/,
    sums: '$1SHA512SUMS',
  },
  {
    name: 'CentOS Stream',
    algorithm: 'sha256',
    image: /^(https?:\/\/cloud\.centos\.org\/centos\/[^?#]*\/[^/?#]+)$/,
    sums: '$1.SHA256SUM',
  },
  rocky(8, '7051C470A929F454CEBE37B715AF5DAC6D745A60'),
  {
    name: 'Rocky Linux 9',
    algorithm: 'sha256',
    image: /^(https?:\/\/[^?#]*\/rocky\/9(?:\.\d+)?\/images\/[^/]+\/)[^/?#]+$/,
    sums: '$1CHECKSUM',
  },
  rocky(10, 'FC226859C0860BF0DDB95B085B106C736FEDFC85'),
  alma(8, 'BC5EDDCADF502C077F1582882AE81E8ACED7258B', '5E9B8F5617B5066CE92057C3488FCF7C3ABB34F8'),
  alma(9, 'BF18AC2876178908D6E71267D36CB86CB86B3716'),
  alma(10, 'EE6DB7B98F5BF5EDD9DA0DE5DEE5C11CC2A1E572'),
  {
    name: 'Fedora',
    algorithm: 'sha256',
    image:
      /^(https?:\/\/[^?#]*\/fedora\/linux\/releases\/[^?#]*\/)Fedora-Cloud-Base-\w+-(\d+-[\d.]+)\.(\w+)\.\w+$/,
    sums: '$1Fedora-Cloud-$2-$3-CHECKSUM',
    signature: 'inside',
    fingerprints: FEDORA_KEYS,
    keyrings: ['https://fedoraproject.org/fedora.gpg'],
  },
];

/** Where the publisher of an image lists its checksum; undefined for a publisher that is not known. */
export function publishedList(url: string): PublishedList | undefined {
  const publisher = PUBLISHERS.find(({ image }) => image.test(url));
  if (publisher === undefined) return undefined;
  const { name, algorithm, image, sums, signature, fingerprints = [], keyrings = [] } = publisher;
  const at = (replacement: string): string => url.replace(image, replacement);
  return {
    publisher: name,
    list: { url: at(sums), algorithm },
    signature:
      signature === undefined
        ? undefined
        : { urls: signature === 'inside' ? [] : signature.map(at), fingerprints, keyrings },
  };
}
