import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CLEAN_ENVIRONMENT, runOrThrow } from '../system/processes.ts';
import { writeBelow } from '../system/write-file.ts';
import { configuredMirror, proxyEnvironment } from './mirror.ts';
import * as recipe from './recipe.ts';

/** Unpacks Debian into a directory and makes it a guest's root file system. */
export async function makeRootFiles(work: string): Promise<string> {
  const root = join(work, 'root');
  for (const [path, text] of Object.entries(recipe.INITRAMFS_FILES)) {
    writeBelow(join(work, 'initramfs-tools'), path, text);
  }
  await runOrThrow(mmdebstrap(work, root), { env: { ...CLEAN_ENVIRONMENT, ...proxyEnvironment() } });
  await unpackBootPackages(work);
  await configure(root);
  return root;
}

function mmdebstrap(work: string, root: string): readonly string[] {
  return [
    ...['mmdebstrap', '--quiet', '--variant=apt', '--mode=root', '--aptopt=APT::Install-Recommends "false"'],
    ...['--aptopt=Acquire::Languages "none"', '--aptopt=Acquire::Retries "3"'],
    ...recipe.LEFT_OUT.map(path => `--dpkgopt=path-exclude=${path}`),
    `--include=${recipe.PACKAGES.join(',')}`,
    `--essential-hook=copy-in ${join(work, 'initramfs-tools')} /etc`,
    `--customize-hook=${downloadHook(join(work, 'boot-packages'))}`,
    ...[recipe.SUITE, root, configuredMirror()],
  ];
}

/** mmdebstrap takes hooks as shell text only; the directory is one of ours. */
function downloadHook(directory: string): string {
  const download = ['apt-get', '--quiet', 'download', ...recipe.BOOT_PACKAGES].join(' ');
  return `mkdir '${directory}' && cd '${directory}' && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" ${download}`;
}

async function unpackBootPackages(work: string): Promise<void> {
  const packages = join(work, 'boot-packages');
  for (const file of readdirSync(packages).filter(name => name.endsWith('.deb'))) {
    await runOrThrow(['dpkg-deb', '--extract', join(packages, file), join(work, 'boot-files')]);
  }
}

async function configure(root: string): Promise<void> {
  for (const [path, text] of Object.entries(recipe.ROOT_FILES)) writeBelow(root, path, text);
  // Keys in the image would be the keys of every clone.
  for (const name of readdirSync(join(root, 'etc/ssh')).filter(file => file.startsWith('ssh_host_'))) {
    rmSync(join(root, 'etc/ssh', name));
  }
  rmSync(join(root, 'etc/resolv.conf'), { force: true });
  symlinkSync('../run/systemd/resolve/stub-resolv.conf', join(root, 'etc/resolv.conf'));
  await runOrThrow(['systemctl', '--quiet', `--root=${root}`, 'enable', ...recipe.ENABLED_UNITS]);
  await runOrThrow(['systemctl', '--quiet', `--root=${root}`, 'mask', ...recipe.MASKED_UNITS]);
}
