/** Version of an installed package, by dpkg's status file; undefined when it is not installed. */
export function installedVersion(dpkgStatus: string, name: string): string | undefined {
  const line = `Package: ${name}\n`;
  // The file has a megabyte: it is searched, not taken apart.
  const start = dpkgStatus.startsWith(line) ? 0 : dpkgStatus.indexOf(`\n${line}`) + 1;
  if (start === 0 && !dpkgStatus.startsWith(line)) return undefined;
  const end = dpkgStatus.indexOf('\n\n', start);
  const stanza = dpkgStatus.slice(start, end < 0 ? undefined : end);
  if (!/^Status: \S+ ok installed$/m.test(stanza)) return undefined;
  return /^Version: (\S+)$/m.exec(stanza)?.[1];
}

/** How far a version of Proxmox VE is known to work. */
export type Support = 'supported' | 'untested' | 'too old';

/** 8.4 and 9 are what the role is tested with; qemu-server of 7 lacks what it builds on. */
export function supportOf(version: string): Support | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  if (Number(major) < 8) return 'too old';
  const isTested = major === '9' || (major === '8' && Number(minor) >= 4);
  return isTested ? 'supported' : 'untested';
}

/**
 * Whether `qm create` reads the keys that an EFI disk gets by virt-fw-vars, and fails without it: seen with qemu-server 8.4.10
 * and 9.2.6, while 8.2.6 does not.
 */
export const readsKeys = (qemuServer: string): boolean =>
  isAtLeast(qemuServer, qemuServer.startsWith('8.') ? '8.4.10' : '9.2');

/** Whether a version is at least another, by its leading numbers: `18.20.4` against `18.19`. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [numbers, limits] = [numbersOf(version), numbersOf(wanted)];
  const differs = limits.findIndex((limit, index) => (numbers[index] ?? 0) !== limit);
  return differs < 0 || (numbers[differs] ?? 0) > (limits[differs] ?? 0);
}

const numbersOf = (version: string): number[] =>
  (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0').split('.').map(Number);
