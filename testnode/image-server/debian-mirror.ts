import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuredMirror, proxyEnvironment } from '../guest/mirror.ts';
import { hostCodename } from '../host/apt-sources.ts';
import { CLEAN_ENVIRONMENT, runOrThrow } from '../system/processes.ts';
import type { ServedFiles } from './protocol.ts';
import { packageEntry, releaseFile } from './repository.ts';

const CACHE = join(import.meta.dirname, '../../.cache');
const COMPONENTS = ['main', 'contrib'];
const MIRROR = 'http://deb.debian.org/debian';
const SECURITY = 'http://security.debian.org/debian-security';
/** What the mirror can install: Debian's Node.js, with all that it depends on. */
const PACKAGE = 'nodejs';

/**
 * A small Debian mirror, as files for the image server: Node.js of the host's Debian release, under the addresses that
 * a node's package sources name. Downloaded once from the host's mirror.
 */
export async function debianMirror(): Promise<ServedFiles> {
  const codename = hostCodename();
  const directory = join(CACHE, `debian-${codename}`);
  if (!existsSync(directory)) await download(codename, directory);
  const architecture = (await runOrThrow(['dpkg', '--print-architecture'])).trim();
  const debs = readdirSync(join(directory, 'archives')).filter(name => name.endsWith('.deb'));
  const entries = await Promise.all(
    debs.map(name => packageEntry(join(directory, 'archives', name), poolPath(name))),
  );
  return {
    ...Object.fromEntries(
      debs.map(name => [`${MIRROR}/${poolPath(name)}`, join(directory, 'archives', name)]),
    ),
    ...suite(directory, MIRROR, codename, architecture, entries.join('\n')),
    ...suite(directory, MIRROR, `${codename}-updates`, architecture, ''),
    ...suite(directory, SECURITY, `${codename}-security`, architecture, ''),
  };
}

/** apt writes the colon of a version as %3a in the names of the files it keeps. */
function poolPath(name: string): string {
  return `pool/${name.replaceAll('%3a', ':')}`;
}

/** Lets apt choose and fetch, for a system that has nothing yet, with files of its own in place of the host's. */
async function download(codename: string, directory: string): Promise<void> {
  const work = `${directory}.${process.pid}`;
  for (const name of ['archives/partial', 'state/lists/partial'])
    mkdirSync(join(work, name), { recursive: true });
  writeFileSync(join(work, 'status'), '');
  writeFileSync(join(work, 'sources.list'), `deb ${configuredMirror()} ${codename} main\n`);
  const options = [
    `Dir::Etc::SourceList=${join(work, 'sources.list')}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State=${join(work, 'state')}`,
    `Dir::State::status=${join(work, 'status')}`,
    `Dir::Cache::archives=${join(work, 'archives')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'APT::Install-Recommends=false',
    'APT::Sandbox::User=root',
    'APT::Update::Post-Invoke-Success=',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ].flatMap(option => ['-o', option]);
  const env = { ...CLEAN_ENVIRONMENT, ...proxyEnvironment() };
  await runOrThrow(['apt-get', ...options, 'update'], { env });
  await runOrThrow(['apt-get', ...options, 'install', '--yes', '--download-only', PACKAGE], { env });
  rmSync(join(work, 'state'), { recursive: true });
  keepFirst(work, directory);
}

/** Another process may have downloaded the same meanwhile. */
function keepFirst(work: string, directory: string): void {
  try {
    renameSync(work, directory);
  } catch (error) {
    rmSync(work, { recursive: true });
    if (!existsSync(directory)) throw error;
  }
}

/** The index files of one suite, all packages in its first component. */
function suite(
  directory: string,
  mirror: string,
  name: string,
  architecture: string,
  packages: string,
): ServedFiles {
  const indexes = COMPONENTS.map(
    component =>
      [`${component}/binary-${architecture}/Packages`, component === 'main' ? packages : ''] as const,
  );
  const release = releaseFile({ suite: name, architecture, components: COMPONENTS, indexes });
  return Object.fromEntries(
    [...indexes, ['Release', release] as const].map(([path, text]) => [
      `${mirror}/dists/${name}/${path}`,
      stored(directory, text),
    ]),
  );
}

/** A file with this text, named by its content. */
function stored(directory: string, text: string): string {
  const file = join(directory, createHash('sha256').update(text).digest('hex').slice(0, 16));
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  return file;
}
