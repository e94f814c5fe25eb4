import { release } from 'node:os';
import { print } from '../runtime/output.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { isVersion9 } from '../runtime/settings.ts';

/** Packages that `pveversion -v` asks the package database about. */
const PACKAGES = [
  'ceph-fuse',
  'corosync',
  'libknet1',
  'libspice-server1',
  'lvm2',
  'lxcfs',
  'smartmontools',
  'swtpm',
];

/** Versions of the manager that were recorded. */
export function managerVersion(): {
  readonly version: string;
  readonly release: string;
  readonly repoid: string;
} {
  return isVersion9()
    ? { version: '9.2.11', release: '9.2', repoid: '14a22df35955d97d' }
    : { version: '8.4.14', release: '8.4', repoid: 'b502d23c55afcba1' };
}

/** The manager's name as `pveversion` and the API give it. */
export function managerName(): string {
  const { version, repoid } = managerVersion();
  return `pve-manager/${version}/${repoid}`;
}

/** `pveversion [-v]` */
export function runPveversion(argv: readonly string[]): Promise<number> {
  if (argv.some(word => /^--?v(erbose)?$/.test(word))) PACKAGES.forEach(showPackage);
  else print(`${managerName()} (running kernel: ${release()})`);
  return Promise.resolve(0);
}

function showPackage(name: string): void {
  const { stdout } = runToEnd('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Version}', name]);
  const version = /^installed (\S+)$/.exec(stdout.trim())?.[1];
  print(`${name}: ${version ?? 'not correctly installed'}`);
}
