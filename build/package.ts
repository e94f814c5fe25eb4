import { execa } from 'execa';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { root } from './modules.ts';

/** Packs the role, bundles included, into the archive that `ansible-galaxy role install FILE,,proxmox` takes. */
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { readonly version: string };
const archive = `build/out/proxmox-${version}.tar.gz`;
await mkdir(`${root}build/out`, { recursive: true });
// The same content makes the same archive, whoever packs it and when.
const reproducible = [
  '--sort=name',
  '--mtime=2026-01-01T00:00Z',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
];
await execa('tar', [...reproducible, '-czf', archive, '-C', 'role', 'proxmox'], { cwd: root });
const sbom = `build/out/proxmox-${version}.cdx.json`;
await writeFile(`${root}${sbom}`, await cycloneDx());
const names = [archive, sbom].map(path => path.replace('build/out/', ''));
const { stdout: sums } = await execa('sha256sum', names, { cwd: `${root}build/out` });
await writeFile(`${root}build/out/SHA256SUMS`, `${sums}\n`);
console.log(archive);

/** What npm knows of the tree, without what changes from call to call. */
async function cycloneDx(): Promise<string> {
  const { stdout } = await execa('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
    cwd: root,
  });
  const bom = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  const metadata = { ...(bom['metadata'] as Readonly<Record<string, unknown>>), timestamp: undefined };
  return `${JSON.stringify({ ...bom, serialNumber: undefined, metadata }, undefined, 2)}\n`;
}
