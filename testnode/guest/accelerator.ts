import { readFileSync } from 'node:fs';

const SETTINGS_FILE = '/etc/testnode/settings.json';

export type Accelerator = 'kvm' | 'tcg';

/**
 * How QEMU runs guests on this node: emulated, unless the host has proved KVM and said so in the node's settings. A
 * device /dev/kvm proves nothing: on some virtual machines it opens, and guests hang in their firmware.
 */
export function accelerator(): Accelerator {
  const settings: unknown = JSON.parse(readFileSync(SETTINGS_FILE, 'utf8'));
  const isKvm = typeof settings === 'object' && settings !== null && 'accelerator' in settings;
  return isKvm && settings.accelerator === 'kvm' ? 'kvm' : 'tcg';
}
