import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFile, writeAtomically } from './files.ts';

describe('a file that is written', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const write = (name: string, content = 'text') => writeAtomically(at(name), content, 0o640);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'files-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('appears whole, with its rights, and leaves nothing beside it', async () => {
    await write('a.yaml', 'content');

    expect(await readFile(at('a.yaml'), 'utf8')).to.equal('content');
    expect((await stat(at('a.yaml'))).mode & 0o777).to.equal(0o640);
    expect(await readdir(folder)).to.deep.equal(['a.yaml']);
  });

  it('takes the place of what a process that is gone has left of it, and of nothing else', async () => {
    const [gone, alive] = [4194305, process.ppid].map(pid => `a.${hostname()}-${pid}-abc.tmp`);
    const others = [alive!, 'a.elsewhere-4194305-abc.tmp', `b.${hostname()}-4194305-abc.tmp`, 'a.tmp'];
    for (const name of [gone!, ...others]) await writeFile(at(name), '');
    await write('a');

    expect((await readdir(folder)).sort()).to.deep.equal(['a', ...others].sort());
  });

  it('gets the folder it needs', async () => {
    await write('snippets/a.yaml');

    expect(await readdir(at('snippets'))).to.deep.equal(['a.yaml']);
  });

  it('replaces the one that is there', async () => {
    await write('a', 'old');
    await write('a', 'new');

    expect(await readFile(at('a'), 'utf8')).to.equal('new');
  });

  it('may be removed, also when it is not there', async () => {
    await write('a');
    await removeFile(at('a'));
    await removeFile(at('a'));

    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('leaves nothing when it cannot be written', async () => {
    await write('a');
    const error = await write('a/b').catch((caught: unknown) => caught);

    expect(String(error)).to.match(/ENOTDIR|EEXIST/);
    expect(await readdir(folder)).to.deep.equal(['a']);
  });
});
