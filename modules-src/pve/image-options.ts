import { defineOptions } from '../sdk/option.ts';
import { CHECKSUM } from './checksum.ts';
import { ABSOLUTE_PATH, ONE_LINE } from './patterns.ts';

const URL = { regex: '^https?://[^\\s]+$', says: 'an http:// or https:// URL' };

/** Where a cloud image comes from and how it is verified. */
export const imageOptions = defineOptions({
  url: {
    type: 'str',
    pattern: URL,
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
  cache_dir: {
    type: 'path',
    pattern: ABSOLUTE_PATH,
    default: '/var/lib/vz/template/iso',
    description: 'Directory on the node that keeps images.',
  },
  force_download: {
    type: 'bool',
    default: false,
    description: 'Download again although the cached image is good.',
  },
  proxy: {
    type: 'str',
    secret: true,
    pattern: ONE_LINE,
    description: 'HTTP proxy; absent: the environment’s.',
  },
  validate_certs: { type: 'bool', default: true, description: 'Verify TLS certificates.' },
});
