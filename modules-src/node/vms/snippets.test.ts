import { expect } from 'chai';
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import { ownSnippetPlaces } from '../../pve/cloud-init/snippets.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { writeAtomically } from '../../system/files.ts';
import { readOwn } from '../../system/own-file.ts';
import { snippetTexts, writeSnippet } from './snippets.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';

describe('snippets of a VM', () => {
  const at = ownFolder();
  let storages: readonly Storage[] = [];
  let path = '';
  let volume = '';
  beforeEach(() => {
    mkdirSync(at('snippets'));
    storages = parseStorageConfig(`dir: local\n\tpath ${at()}\n\tcontent snippets\n`);
    ({ path, volume } = ownSnippetPlaces({ vmid: 200, id: NEW_ID }, storages[0]!)[0]!);
  });

  const found = async (): Promise<readonly string[]> => [
    ...(await snippetTexts([volume], storages, readOwn)).values(),
  ];

  it('are what was written, for root and PVE’s group alone, whatever the umask is', async () => {
    const umask = process.umask(0o077);
    await writeSnippet(path, '#cloud-config\n');
    process.umask(umask);

    expect(await found()).to.deep.equal(['#cloud-config\n']);
    expect(statSync(path).mode & 0o777).to.equal(0o640);
    const group = /^www-data:[^:]*:(\d+)/m.exec(readFileSync('/etc/group', 'utf8'))?.[1];
    expect(statSync(path).gid).to.equal(Number(group));
  });

  it('count as missing when everybody can read them, so that they are written anew', async () => {
    await writeAtomically(path, '#cloud-config\n', 0o640);
    chmodSync(path, 0o644);

    expect(await found()).to.deep.equal([]);
  });

  it('are never what a link leads to, neither read nor written', async () => {
    const victim = at('shadow');
    writeFileSync(victim, 'root:…', { mode: 0o600 });
    symlinkSync(victim, path);

    expect(await found()).to.deep.equal([]);
    await writeAtomically(path, '#cloud-config\n', 0o640);
    expect(readFileSync(victim, 'utf8')).to.equal('root:…');
    expect(lstatSync(path).isFile()).to.equal(true);
    expect(await found()).to.deep.equal(['#cloud-config\n']);
  });
});
