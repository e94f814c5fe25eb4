import { cacheOptions } from '../../pve/images/cache-options.ts';
import { downloadOptions, networkSettings } from '../../pve/images/download-options.ts';
import { imageOptions } from '../../pve/images/options.ts';
import { retryOptions } from '../../pve/settings/options.ts';
import type { Part } from '../../sdk/cluster.ts';
import { defineModule, type Circumstances } from '../../sdk/define-module.ts';
import type { FoundImage, UnusedImage } from '../../sdk/image.ts';
import type { Lane } from '../../sdk/step.ts';
import { pruneSteps } from './prune.ts';
import { transferReturns } from './transfer-report.ts';
import { allNotices, fetchReport, planFetch, wishOf, type Wanted } from './plan.ts';

const ASKS = ['findImage', 'listUnusedImages'] as const;

export default defineModule({
  name: 'cloud_image_fetch',
  summary: 'Put a cloud image into the cache of a node, verified and unpacked',
  description: [
    'Downloads an image, goes on with a download that was interrupted, and verifies it by its checksum.',
    'Images compressed with xz, gzip, bzip2 or zstd are unpacked, and archives (tar, also compressed, zip, OVA) that hold exactly one disk image.',
    'A cached image is trusted by its recorded digest, never by its name; nothing partial ever has the final name.',
    'Refuses what is no disk image, is damaged, or refers to other files.',
  ],
  params: { ...imageOptions, ...cacheOptions, ...downloadOptions, ...retryOptions },
  examples: `
- name: Fetch a cloud image and verify it against the publisher's list
  cloud_image_fetch:
    url: https://cloud-images.ubuntu.com/releases/24.04/release/ubuntu-24.04-server-cloudimg-amd64.img
    checksum: sha256:https://cloud-images.ubuntu.com/releases/24.04/release/SHA256SUMS
`,
  returns: {
    path: {
      description: 'File of the image on the node.',
      type: 'str',
      returned: 'always',
      sample: '/var/lib/vz/template/iso/ubuntu-24.04-server-cloudimg-amd64.img',
    },
    url: {
      description: 'URL of the image, without a login.',
      type: 'str',
      returned: 'always',
      sample: 'https://cloud-images.ubuntu.com/releases/24.04/release/ubuntu-24.04-server-cloudimg-amd64.img',
    },
    summary: {
      description: 'What the image is and what vouches for it; in check mode what is to become of it.',
      type: 'str',
      returned: 'always',
      sample: 'qcow2, verified by signature',
    },
    next_image: {
      description:
        'What the download will bring, next to what is in the cache: `same`, `another`, or `unknown` where nothing tells.',
      type: 'str',
      returned: 'in check mode, when the image is to be fetched',
      sample: 'another',
    },
    checksum: {
      description: 'Checksum of what was downloaded.',
      type: 'str',
      returned: 'when the image is in the cache',
      sample: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    },
    verified: {
      description: 'What vouches for the image: `signature`, `checksum` or `none`.',
      type: 'str',
      returned: 'when the image is in the cache',
      sample: 'signature',
    },
    signed_by: {
      description: 'Fingerprint of the primary key whose signature covers the image.',
      type: 'str',
      returned: 'when a signature vouches for the image',
      sample: 'D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81',
    },
    size: {
      description: 'Bytes of the file.',
      type: 'int',
      returned: 'when the image is in the cache',
      sample: 625672192,
    },
    virtual_size: {
      description: 'Bytes that the guest sees.',
      type: 'int',
      returned: 'when the image is in the cache',
      sample: 3758096384,
    },
    format: {
      description: 'Format of the image, by its content.',
      type: 'str',
      returned: 'when the image is in the cache',
      sample: 'qcow2',
    },
    architecture: {
      description:
        'Architecture, as far as the name tells it, as Debian calls it: `amd64`, `arm64` and so on.',
      type: 'str',
      returned: 'when it is known',
      sample: 'amd64',
    },
    cached: {
      description: 'Whether the image was there already.',
      type: 'bool',
      returned: 'always',
      sample: false,
    },
    build: {
      description: 'The dated build that a moving name such as `latest` stands for.',
      type: 'str',
      returned: 'when the sums file or a redirect tells it',
      sample: 'AlmaLinux-9-GenericCloud-9.7-20251119.x86_64.qcow2',
    },
    known_by: {
      description:
        'How it is known that the cached file is the image: `download` (just fetched), `digest` (read and hashed now), `record` (unchanged since its digest was recorded).',
      type: 'str',
      returned: 'when the image is in the cache',
      sample: 'record',
    },
    ...transferReturns,
  },
  asks: ASKS,
  performs: ['fetch-image', 'note-image', 'remove-image'],
  observe: observeImage,
  plan: planAll,
  notices: allNotices,
  report: fetchReport,
});

interface Unneeded {
  readonly unused: readonly UnusedImage[];
}

/** An image that cannot be fetched is no time to remove others: removing comes after it. */
function planAll(wanted: Wanted, observed: FoundImage & Unneeded): Lane[] {
  const steps = [
    ...planFetch(wanted, observed).flat(),
    ...pruneSteps(observed.unused, wanted.prune_days ?? Infinity),
  ];
  return steps.length === 0 ? [] : [steps];
}

async function observeImage(
  wanted: Wanted & { readonly cache_dir: string },
  { checkMode }: Circumstances,
  cluster: Part<(typeof ASKS)[number]>,
): Promise<FoundImage & Unneeded> {
  const { cache_dir: place, prune_days: days } = wanted;
  const found = await cluster.findImage({
    ...wishOf(wanted),
    place,
    network: networkSettings(wanted),
    retries: wanted.retries,
    retryDelay: wanted.retry_delay,
    isDoubted: wanted.verify_cache === 'full',
    // A run that fetches it anyhow need not ask before.
    isRefreshed: wanted.refresh === 'if-changed' || (checkMode && wishOf(wanted).isForced),
    isHeld: !checkMode,
  });
  const unused =
    days === undefined ? [] : await cluster.listUnusedImages({ place, days, except: found.path });
  return { ...found, unused };
}
