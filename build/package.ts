import { execa } from 'execa';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { layAcceptance } from './acceptance.ts';
import { makeCollection } from './collection.ts';
import { root } from './modules.ts';

/**
 * Packs what users install (docs/install.md): the role with its bundles and the acceptance run, the role as a collection, the
 * list of what they are made of, and checksums.
 */
const OUT = `${root}build/out`;
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { readonly version: string };
const role = `proxmox-${version}.tar.gz`;
const collection = `cloudimage-proxmox-${version}.tar.gz`;
const sbom = `proxmox-${version}.cdx.json`;

await mkdir(OUT, { recursive: true });
const beside = await mkdtemp(join(OUT, 'beside-'));
await layAcceptance(join(beside, 'proxmox'));
await pack(role, ['-C', `${root}role`, 'proxmox', '-C', beside, 'proxmox/acceptance']);
await rm(beside, { recursive: true });
const folder = await makeCollection(OUT, version);
await pack(collection, ['-C', folder, ...(await readdir(folder))]);
await rm(folder, { recursive: true });
await writeFile(`${OUT}/${sbom}`, await cycloneDx());
const { stdout: sums } = await execa('sha256sum', [role, collection, sbom], { cwd: OUT });
await writeFile(`${OUT}/SHA256SUMS`, `${sums}\n`);
for (const name of [role, collection]) console.log(`build/out/${name}`);

/** The same content makes the same archive, whoever packs it and when. */
async function pack(archive: string, what: readonly string[]): Promise<void> {
  const reproducible = [
    '--sort=name',
    '--mtime=2026-01-01T00:00Z',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
  ];
  await execa('tar', [...reproducible, '-czf', `${OUT}/${archive}`, ...what], { cwd: root });
}

/** What npm knows of the tree, without what changes from call to call. */
async function cycloneDx(): Promise<string> {
  const { stdout } = await execa('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
    cwd: root,
  });
  const bom = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  const metadata = { ...(bom['metadata'] as Readonly<Record<string, unknown>>), timestamp: undefined };
  return `${JSON.stringify({ ...bom, serialNumber: undefined, metadata }, undefined, 2)}\n`;
}
