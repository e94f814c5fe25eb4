import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { aptSources } from './apt-sources.ts';
import { nodePackages, PVE_PACKAGE_NAMES } from './dpkg-status.ts';
import { nodeFiles } from './node-config.ts';
import { asSeenInside, clusterDirectory, diskDirectory, ownDirectory, sharedDirectory } from './plan.ts';
import type { NodePlan } from './plan.ts';
import { writeBelow } from '../system/write-file.ts';

/** Directories of the host that a node knows; everything else at the top is hidden. */
const SYSTEM_DIRECTORIES: ReadonlySet<string> = new Set(
  'bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var'.split(
    ' ',
  ),
);
const NODEJS_PROGRAMS = ['node', 'nodejs', 'npm', 'npx', 'corepack'];
const NODEJS_LINK = '/usr/bin/node';
const NODEJS_BINARY = '/opt/testnode/node';

const PVE_PROGRAMS: Readonly<Record<string, string>> = {
  'qm.cjs': '/usr/lib/testnode/qm.cjs',
  'qm.pl': '/usr/sbin/qm',
  'qm.pm': '/usr/share/perl5/PVE/CLI/qm.pm',
  'pvesm.cjs': '/usr/sbin/pvesm',
  'pvesh.cjs': '/usr/sbin/pvesh',
  'pveversion.cjs': '/usr/bin/pveversion',
  'pveproxy.cjs': '/usr/bin/pveproxy',
  'pvedaemon.cjs': '/usr/bin/pvedaemon',
  'pveum.cjs': '/usr/sbin/pveum',
  'lvs.cjs': '/usr/sbin/lvs',
  'zfs.cjs': '/usr/sbin/zfs',
};

/** Directories of which a node shows nothing of the host's; they last while the cluster does. */
const EMPTY_IN_MEMORY = [
  '/root',
  '/home',
  '/opt',
  '/media',
  '/usr/local',
  '/var/log',
  '/etc/apt',
  '/etc/profile.d',
  '/var/lib/apt',
  '/var/cache/apt',
];
/** The same for those that hold disks and images, which are too large for memory. */
const EMPTY_ON_DISK = ['/var/lib/vz', '/var/lib/testnode', '/srv', '/mnt', '/var/tmp'];
const VZ_DIRECTORIES = ['dump', 'images', 'import', 'private', 'snippets', 'template/cache', 'template/iso'];

/** Writes the files that make an overlay of the host into a node: what node.sh mounts and hides. */
export function writeLayer(plan: NodePlan): void {
  const own = ownDirectory(plan.cluster, plan.name);
  const layer = join(own, 'layer');
  for (const directory of ['upper', 'work', 'root', 'layer/usr/bin', 'layer/usr/sbin']) {
    mkdirSync(join(own, directory), { recursive: true });
  }
  for (const { path, text, mode } of nodeFiles(plan)) writeBelow(layer, path, text, mode);
  writePackages(layer, plan);
  installPrograms(layer, plan.programs);
  writeBelow(layer, '/usr/bin/virt-fw-vars', '#!/bin/sh\n', 0o755);
  if (plan.options.nodejs) symlinkSync(NODEJS_BINARY, join(layer, NODEJS_LINK));
  fillMemory(join(own, 'replaced-directories'), plan);
  fillDisk(diskDirectory(plan.cluster, plan.name));
  writeBelow(own, 'hidden', lines(hiddenPaths(plan.options.nodejs)));
  writeBelow(own, 'replaced', lines(replacedDirectories(plan)));
  writeBelow(own, 'node-binary', process.execPath);
}

function writePackages(layer: string, plan: NodePlan): void {
  writeBelow(layer, '/var/lib/dpkg/status', nodePackages(plan.hostPackages, plan.options.version));
  for (const name of PVE_PACKAGE_NAMES) writeBelow(layer, `/var/lib/dpkg/info/${name}.list`, '');
}

function installPrograms(layer: string, directory: string | undefined): void {
  if (directory === undefined) return;
  for (const [bundle, path] of Object.entries(PVE_PROGRAMS)) {
    const file = join(directory, bundle);
    if (!existsSync(file))
      throw new Error(`cannot find ${file}: the PVE programs are not built; run npm run build`);
    writeBelow(layer, path, readFileSync(file), 0o755);
  }
}

function hiddenPaths(hasNodejs: boolean): readonly string[] {
  const top = readdirSync('/').filter(name => !SYSTEM_DIRECTORIES.has(name));
  const nodejs = ['/usr/bin', '/usr/sbin'].flatMap(directory =>
    NODEJS_PROGRAMS.map(name => `${directory}/${name}`).filter(path => existsSync(path)),
  );
  return [...top.map(name => `/${name}`), ...nodejs.filter(path => !(hasNodejs && path === NODEJS_LINK))];
}

/** Lines `PLACE PATH`: what is mounted over which directory. A node that starts again finds them as they were. */
function replacedDirectories({ cluster, name }: NodePlan): readonly string[] {
  const memory = join(ownDirectory(cluster, name), 'replaced-directories');
  const disk = diskDirectory(cluster, name);
  const mounts = [
    ...EMPTY_IN_MEMORY.map(path => [join(memory, path), path] as const),
    ...EMPTY_ON_DISK.map(path => [join(disk, path), path] as const),
    [clusterDirectory(cluster), '/etc/pve'],
    [sharedDirectory(cluster), '/mnt/pve'],
  ];
  return mounts.map(([place = '', path = '']) => `${asSeenInside(cluster, place)} ${path}`);
}

function fillMemory(directory: string, plan: NodePlan): void {
  for (const path of EMPTY_IN_MEMORY) mkdirSync(join(directory, path), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'share']) mkdirSync(join(directory, 'usr/local', name));
  for (const name of ['apt.conf.d', 'preferences.d', 'trusted.gpg.d'])
    mkdirSync(join(directory, 'etc/apt', name));
  mkdirSync(join(directory, 'var/log/testnode'));
  writeBelow(directory, NODEJS_BINARY, '');
  writeBelow(directory, '/root/.ssh/authorized_keys', plan.publicKey, 0o600);
  for (const path of ['root', 'root/.ssh']) chmodSync(join(directory, path), 0o700);
  for (const { path, text } of aptSources(plan.options.version)) writeBelow(directory, path, text);
}

function fillDisk(directory: string): void {
  for (const path of EMPTY_ON_DISK) mkdirSync(join(directory, path), { recursive: true });
  for (const name of VZ_DIRECTORIES) mkdirSync(join(directory, '/var/lib/vz', name), { recursive: true });
  chmodSync(join(directory, '/var/tmp'), 0o1777);
}

function lines(entries: readonly string[]): string {
  return entries.map(entry => `${entry}\n`).join('');
}
