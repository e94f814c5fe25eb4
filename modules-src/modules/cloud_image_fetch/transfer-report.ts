import type { ReturnValue } from '../../sdk/define-module.ts';
import type { ImageTransfer } from '../../sdk/image.ts';

/** What the result tells about a download, in ansible-doc's words. */
export const transferReturns = {
  bytes: {
    description: 'Bytes that came over the network.',
    type: 'int',
    returned: 'when the image was fetched now',
    sample: 625672192,
  },
  seconds: {
    description: 'Seconds that the download took.',
    type: 'float',
    returned: 'when the image was fetched now',
    sample: 12.3,
  },
  mb_per_second: {
    description: 'Megabytes (10^6 bytes) per second.',
    type: 'float',
    returned: 'when the image was fetched now',
    sample: 50.9,
  },
  resumed_from: {
    description: 'Bytes that an earlier run had brought and that did not come again.',
    type: 'int',
    returned: 'when the image was fetched now',
    sample: 0,
  },
  mirror: {
    description: 'The mirror that the image came from.',
    type: 'str',
    returned: 'when the image was fetched now, and not from its URL',
    sample: 'https://mirror.example.com/ubuntu-24.04-server-cloudimg-amd64.img',
  },
} as const satisfies Readonly<Record<string, ReturnValue>>;

export function transferReport(transfer: ImageTransfer | undefined): Readonly<Record<string, unknown>> {
  if (transfer === undefined) return {};
  const { bytes, seconds, resumedFrom, mirror } = transfer;
  return {
    bytes,
    seconds: round(seconds, 3),
    mb_per_second: round(bytes / 1e6 / Math.max(seconds, 0.001), 1),
    resumed_from: resumedFrom,
    ...(mirror !== undefined && { mirror }),
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
