import { readFileSync } from 'node:fs';

const STATUS_FILE = '/var/lib/dpkg/status';

/** Node.js and what comes with it: a node shows none of the host's, so that installing it there is real work. */
const NODEJS = /^(nodejs(-.*)?|npm|libnode\d.*|node-.*)$/;

type PveVersion = '9' | '8' | '8.2.6';

const PVE_PACKAGES: Readonly<Record<PveVersion, Readonly<Record<string, string>>>> = {
  '9': {
    'proxmox-ve': '9.2.0',
    'pve-manager': '9.2.11',
    'qemu-server': '9.2.6',
    'libpve-storage-perl': '9.1.7',
  },
  '8': {
    'proxmox-ve': '8.4.0',
    'pve-manager': '8.4.14',
    'qemu-server': '8.4.10',
    'libpve-storage-perl': '8.3.8',
  },
  '8.2.6': {
    'proxmox-ve': '8.2.0',
    'pve-manager': '8.2.4',
    'qemu-server': '8.2.6',
    'libpve-storage-perl': '8.2.3',
  },
};

interface Package {
  readonly name: string;
  /** Each entry is one dependency: names of which one suffices. */
  readonly depends: readonly (readonly string[])[];
  readonly text: string;
}

/** Names of the Proxmox VE packages that the database of a node lists. */
export const PVE_PACKAGE_NAMES: readonly string[] = Object.keys(PVE_PACKAGES['9']);

/** The host's package database without Node.js and what needs it: the base of every node's. */
export function hostPackages(): string {
  const packages = parsePackages(readFileSync(STATUS_FILE, 'utf8'));
  const removed = withDependents(packages);
  return packages
    .filter(({ name }) => !removed.has(name))
    .map(({ text }) => text)
    .join('\n\n');
}

/** A node's package database: the host's, and Proxmox VE. */
export function nodePackages(base: string, version: PveVersion): string {
  const entries = Object.entries(PVE_PACKAGES[version]).map(([name, number]) => pvePackage(name, number));
  return [base, ...entries, ''].join('\n\n');
}

function pvePackage(name: string, version: string): string {
  return [
    `Package: ${name}`,
    'Status: install ok installed',
    'Priority: optional',
    'Section: admin',
    'Installed-Size: 1',
    'Maintainer: Proxmox Support Team <support@proxmox.com>',
    `Architecture: ${name.endsWith('-perl') ? 'all' : 'amd64'}`,
    `Version: ${version}`,
    `Description: ${name} as the test node imitates it`,
  ].join('\n');
}

function parsePackages(status: string): readonly Package[] {
  return status
    .split(/\n\n+/)
    .filter(text => text.startsWith('Package: '))
    .map(text => ({ name: field(text, 'Package'), depends: dependencies(text), text: text.trimEnd() }));
}

function dependencies(text: string): readonly (readonly string[])[] {
  return [field(text, 'Pre-Depends'), field(text, 'Depends')]
    .flatMap(list => list.split(','))
    .map(clause => clause.split('|').map(name => name.trim().replace(/[\s:(].*$/, '')))
    .filter(names => names[0] !== '');
}

function field(text: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
}

/** A package that depends on a removed one goes as well, or apt would refuse to work at all. */
function withDependents(packages: readonly Package[]): ReadonlySet<string> {
  const removed = new Set(packages.map(({ name }) => name).filter(name => NODEJS.test(name)));
  const lacks = ({ name, depends }: Package) =>
    !removed.has(name) && depends.some(names => names.every(one => removed.has(one)));
  for (let found = packages.filter(lacks); found.length > 0; found = packages.filter(lacks)) {
    for (const { name } of found) removed.add(name);
  }
  return removed;
}
