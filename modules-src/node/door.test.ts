import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Door } from '../sdk/cluster.ts';
import { StepError } from '../sdk/step-error.ts';
import { qm } from '../sdk/step.ts';
import { openNode, removeFile, writeFile } from './cluster.ts';

describe('a node', () => {
  let folder: string;
  let door: Door;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'node-test-'));
    door = openNode({}, [writeFile, removeFile], {});
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, content = 'text') =>
    door.perform({ kind: 'write-file', path: join(folder, name), content, mode: 0o640 });
  const remove = (name: string) => door.perform({ kind: 'remove-file', path: join(folder, name) });

  describe('a file that is written', () => {
    it('appears whole, with its rights, and leaves nothing beside it', async () => {
      await write('a.yaml', 'content');

      expect(await readFile(join(folder, 'a.yaml'), 'utf8')).to.equal('content');
      expect((await stat(join(folder, 'a.yaml'))).mode & 0o777).to.equal(0o640);
      expect(await readdir(folder)).to.deep.equal(['a.yaml']);
    });

    it('gets the folder it needs', async () => {
      await write('snippets/a.yaml');

      expect(await readdir(join(folder, 'snippets'))).to.deep.equal(['a.yaml']);
    });

    it('replaces the one that is there', async () => {
      await write('a', 'old');
      await write('a', 'new');

      expect(await readFile(join(folder, 'a'), 'utf8')).to.equal('new');
    });

    it('may be removed, also when it is not there', async () => {
      await write('a');
      await remove('a');
      await remove('a');

      expect(await readdir(folder)).to.deep.equal([]);
    });

    it('that cannot be written is the failure of a step, not a bug', async () => {
      await write('a');
      const error = await write('a/b').catch((caught: unknown) => caught);

      expect(error).to.be.instanceOf(StepError);
      expect(String(error)).to.match(/ENOTDIR|EEXIST/);
      expect(await readdir(folder)).to.deep.equal(['a']);
    });
  });

  it('does nothing that the module did not name', async () => {
    const error = await door.perform(qm('destroy', 200)).catch((caught: unknown) => caught);

    expect(String(error)).to.contain('nothing that performs qm');
  });

  it('shows a call as a person would type it', () => {
    expect(door.show(qm('set', 200, { memory: 4096 }))).to.equal('qm set 200 --memory 4096');
    expect(door.show({ kind: 'remove-file', path: '/x' })).to.equal(undefined);
  });
});
