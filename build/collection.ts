import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OLDEST_ANSIBLE } from '../role-src/tested-versions.ts';
import { root } from './modules.ts';

/** Name of the collection; its role is `cloudimage.proxmox.proxmox`, its modules `cloudimage.proxmox.vm_create` and so on. */
const NAME = { namespace: 'cloudimage', name: 'proxmox' };

/** Lays the role out as a collection in a folder: modules where collections have them, and the two lists Galaxy wants. */
export async function writeCollection(folder: string, version: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const role = join(folder, 'roles/proxmox');
  await cp(`${root}role/proxmox`, role, { recursive: true });
  await mkdir(join(folder, 'plugins'));
  await rename(join(role, 'library'), join(folder, 'plugins/modules'));
  await mkdir(join(folder, 'meta'));
  await writeFile(join(folder, 'meta/runtime.yml'), `---\nrequires_ansible: '>=${OLDEST_ANSIBLE}.0'\n`);
  await cp(join(role, 'README.md'), join(folder, 'README.md'));
  await cp(`${root}LICENSE`, join(folder, 'LICENSE'));
  await writeLists(folder, version);
}

/** FILES.json and MANIFEST.json as `ansible-galaxy collection build` writes them; so packing needs no Ansible. */
async function writeLists(folder: string, version: string): Promise<void> {
  const files = json({ files: await entriesOf(folder), format: 1 });
  await writeFile(join(folder, 'FILES.json'), files);
  const list = { name: 'FILES.json', ...fileEntry(files) };
  await writeFile(
    join(folder, 'MANIFEST.json'),
    json({ collection_info: info(version), file_manifest_file: list, format: 1 }),
  );
}

const info = (version: string): object => ({
  ...NAME,
  version,
  authors: ['The authors of ansible-role-proxmox'],
  readme: 'README.md',
  tags: ['proxmox', 'cloudinit', 'virtualization', 'template', 'infrastructure'],
  description: 'Cloud images to VMs, templates and clones on Proxmox VE',
  license: ['MIT'],
  license_file: null,
  dependencies: {},
  repository: null,
  documentation: null,
  homepage: null,
  issues: null,
});

async function entriesOf(folder: string): Promise<readonly object[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.map(entry => ({ entry, path: join(entry.parentPath, entry.name) }));
  const sorted = paths.sort((one, other) => (one.path < other.path ? -1 : 1));
  const entries = await Promise.all(
    sorted.map(async ({ entry, path }) => ({
      name: path.slice(folder.length + 1),
      ...(entry.isDirectory() ? DIRECTORY : fileEntry(await readFile(path))),
    })),
  );
  return [{ name: '.', ...DIRECTORY }, ...entries];
}

const DIRECTORY = { ftype: 'dir', chksum_type: null, chksum_sha256: null, format: 1 };

const fileEntry = (content: string | Uint8Array): object => ({
  ftype: 'file',
  chksum_type: 'sha256',
  chksum_sha256: createHash('sha256').update(content).digest('hex'),
  format: 1,
});

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
