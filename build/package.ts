import { execa } from 'execa';
import { mkdir, readFile } from 'node:fs/promises';
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
console.log(archive);
