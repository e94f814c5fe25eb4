import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OLDEST_ANSIBLE } from '../role-src/tested-versions.ts';
import { root } from './modules.ts';

/** The role is `cloudimage.proxmox.proxmox`, its modules `cloudimage.proxmox.vm_create` and so on. */
const galaxy = (version: string): object => ({
  namespace: 'cloudimage',
  name: 'proxmox',
  version,
  authors: ['The authors of ansible-role-proxmox'],
  readme: 'README.md',
  tags: ['proxmox', 'cloudinit', 'virtualization', 'template', 'infrastructure'],
  description: 'Cloud images to VMs, templates and clones on Proxmox VE',
  license: ['MIT'],
});

/** Lays the role out as a collection in a new folder, with the lists that Galaxy wants, and answers the folder. */
export async function makeCollection(out: string, version: string): Promise<string> {
  const folder = await mkdtemp(join(out, 'collection-'));
  const role = join(folder, 'roles/proxmox');
  await cp(`${root}role/proxmox`, role, { recursive: true });
  await mkdir(join(folder, 'plugins'));
  await rename(join(role, 'library'), join(folder, 'plugins/modules'));
  await mkdir(join(folder, 'meta'));
  await writeFile(join(folder, 'meta/runtime.yml'), `---\nrequires_ansible: '>=${OLDEST_ANSIBLE}.0'\n`);
  await cp(join(role, 'README.md'), join(folder, 'README.md'));
  await cp(`${root}LICENSE`, join(folder, 'LICENSE'));
  // JSON is YAML.
  await writeFile(join(folder, 'galaxy.yml'), JSON.stringify(galaxy(version)));
  return withLists(folder);
}

/** What `ansible-galaxy` packs, unpacked again: its archive has the time in it, and its list the order of the disk. */
async function withLists(folder: string): Promise<string> {
  const packed = `${folder}-packed`;
  await execa(`${root}.venv/bin/ansible-galaxy`, ['collection', 'build', '--output-path', packed, folder]);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  const [archive = ''] = await readdir(packed);
  await execa('tar', ['-xzf', join(packed, archive), '-C', folder]);
  await rm(packed, { recursive: true });
  await sortLists(join(folder, 'FILES.json'), join(folder, 'MANIFEST.json'));
  return folder;
}

async function sortLists(list: string, manifest: string): Promise<void> {
  // Both as ansible-galaxy has just written them.
  const { files, ...rest } = JSON.parse(await readFile(list, 'utf8')) as { files: { name: string }[] };
  const sorted = JSON.stringify({ files: files.sort((a, b) => (a.name < b.name ? -1 : 1)), ...rest });
  await writeFile(list, sorted);
  const lists = JSON.parse(await readFile(manifest, 'utf8')) as { file_manifest_file: object };
  const digest = createHash('sha256').update(sorted).digest('hex');
  const entry = { ...lists.file_manifest_file, chksum_sha256: digest };
  await writeFile(manifest, JSON.stringify({ ...lists, file_manifest_file: entry }));
}
