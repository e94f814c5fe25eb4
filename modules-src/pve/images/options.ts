import { defineOptions } from '../../sdk/option.ts';
import { CHECKSUM } from './checksum.ts';
import { IMAGE_FOLDER } from './folder.ts';
import { ABSOLUTE_PATH, HTTP_URL } from '../text/patterns.ts';

/** Where a cloud image comes from and how it is verified. */
export const imageOptions = defineOptions({
  url: {
    type: 'str',
    pattern: HTTP_URL,
    required: true,
    description: 'URL of the image.',
    example: 'https://cloud-images.ubuntu.com/releases/24.04/release/ubuntu-24.04-server-cloudimg-amd64.img',
  },
  checksum: {
    type: 'str',
    pattern: CHECKSUM,
    description:
      'Checksum that the image must have: `sha256:<hex>`, `<algorithm>:<URL of a sums file>`, or a bare digest whose length tells the algorithm.',
    example: 'sha256:https://cloud-images.ubuntu.com/releases/24.04/release/SHA256SUMS',
  },
  signature_url: {
    type: 'str',
    pattern: HTTP_URL,
    description:
      'URL of a detached OpenPGP signature over the sums file, or over the image itself where `checksum` names no list. A signature that a publisher is known to make needs no URL.',
    example: 'https://images.example.com/SHA256SUMS.gpg',
  },
  keyring: {
    type: 'path',
    pattern: ABSOLUTE_PATH,
    description:
      'File on the node (by the API on the controller) with the public keys that may sign, armoured or not; in place of the keys that the publisher is known to have.',
  },
  verify: {
    type: 'str',
    choices: ['signed', 'checksum', 'warn', 'unsigned'],
    default: 'warn',
    description: [
      '`warn` verifies by the best means that the source offers, a signature, else a checksum, and warns loudly when there is none; where its publisher is known to sign, an image without a good signature is refused.',
      '`unsigned` is the same without asking for signatures.',
      '`checksum` refuses an image that no checksum proves, and asks for no signature.',
      '`signed` refuses an image that no good signature covers.',
      'A checksum that is given is binding in any case.',
    ],
  },
  cache_dir: {
    type: 'path',
    pattern: IMAGE_FOLDER,
    default: '/var/lib/vz/template/iso',
    description: [
      'Directory on the node that keeps images, or the name of a storage.',
      'On a storage they are kept where Proxmox VE finds images to import, else among the ISO images; nodes that share it share them.',
    ],
  },
  force_download: {
    type: 'bool',
    default: false,
    description: 'Download again although the cached image is good.',
  },
});

/** What is to come of an image that check mode leaves where it is. */
export const nextImageOption = defineOptions({
  next_image: {
    type: 'str',
    choices: ['same', 'another', 'unknown'],
    default: 'same',
    description:
      'In check mode: what a download that is still to come brings, next to what is in the cache, as M(cloud_image_fetch) tells it.',
  },
});
