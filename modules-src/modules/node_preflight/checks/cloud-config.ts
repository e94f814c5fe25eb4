import { problem, type Check } from '../check.ts';
import { installsAgent, wantsCloudInit } from '../wishes.ts';

/** Texts that others are merged into must be cloud-config; the rest is written as it stands. */
export const checkCloudConfig: Check = wanted => {
  if (!wantsCloudInit(wanted)) return [];
  const merged = [
    'vm_cloud_init_user_data',
    ...(installsAgent(wanted) ? (['vm_cloud_init_vendor_data'] as const) : []),
  ] as const;
  return [
    ...merged.flatMap(name => {
      const fault = cloudConfigFault(wanted[name]);
      return fault === undefined ? [] : [problem('PVE-CI-005', name, fault, FIX)];
    }),
    ...(['vm_cloud_init_user_data', 'vm_cloud_init_vendor_data'] as const)
      .filter(name => lacksHeader(wanted[name]))
      .map(name => problem('PVE-CI-010', name, 'does not begin with #cloud-config, which is added', FIX)),
  ];
};

const FIX = 'write a YAML dictionary that begins with #cloud-config';

const lacksHeader = (text: string | undefined): boolean =>
  text !== undefined &&
  !text.startsWith('#cloud-config') &&
  !OTHER_KINDS.test(text) &&
  cloudConfigFault(text) === undefined;

/** First lines by which cloud-init knows other kinds of data (cloudinit/settings and user-data formats, 22.4). */
const OTHER_KINDS =
  /^(?:#!|#include|#cloud-boothook|#part-handler|#cloud-config-(?:archive|jsonp)|## template:|Content-Type:|MIME-Version:)/i;

/**
 * Judged by its first lines alone: a parser of YAML would make a fifth of this module. A text that fails later fails in
 * the stage that writes it, before the VM is changed.
 */
function cloudConfigFault(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (OTHER_KINDS.test(text)) return 'is of another kind than cloud-config';
  const first = text.split('\n').find(line => !/^\s*(?:#|---|$)/.test(line));
  return first === undefined || /^(?:\{|[^\s-][^:]*:(?:\s|$))/.test(first)
    ? undefined
    : 'is no YAML dictionary';
}
