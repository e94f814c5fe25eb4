import { load } from 'js-yaml';
import { problem, type Check } from '../check.ts';
import type { SNIPPET_TEXTS } from '../wishes.ts';
import { installsAgent, wantsCloudInit } from '../wishes.ts';

/** Texts that others are merged into must be cloud-config; the rest is written as it stands. */
export const checkCloudConfig: Check = wanted => {
  if (!wantsCloudInit(wanted)) return [];
  const merged: readonly (typeof SNIPPET_TEXTS)[number][] = installsAgent(wanted)
    ? ['vm_cloud_init_user_data', 'vm_cloud_init_vendor_data']
    : ['vm_cloud_init_user_data'];
  return merged.flatMap(name => {
    const text = wanted[name];
    const fault = text === undefined ? undefined : cloudConfigFault(text);
    return fault === undefined
      ? []
      : [problem('PVE-CI-005', name, fault, 'write a YAML dictionary that begins with #cloud-config')];
  });
};

/** The reason of the parser without its excerpt: the text may hold secrets. */
function cloudConfigFault(text: string): string | undefined {
  try {
    const parsed = load(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? undefined
      : 'is no YAML dictionary';
  } catch (error) {
    return `is no YAML: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)}`;
  }
}
