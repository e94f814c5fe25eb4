import { expect } from 'chai';
import { execa } from 'execa';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { removeAbandonedFiles, removePrivateFiles, writePrivateFile } from './private-files.ts';

describe('a private file', () => {
  afterEach(removePrivateFiles);

  it('can be read by its owner alone, and so can its folder', () => {
    const path = writePrivateFile('keys\n');

    expect(readFileSync(path, 'utf8')).to.equal('keys\n');
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(statSync(dirname(path)).mode & 0o777).to.equal(0o700);
  });

  it('is a new one each time', () => {
    expect(writePrivateFile('a')).to.not.equal(writePrivateFile('a'));
  });

  it('is gone at the end, with its folder', () => {
    const path = writePrivateFile('a');
    removePrivateFiles();

    expect(existsSync(dirname(path))).to.equal(false);
  });

  it('may be written again after that', () => {
    writePrivateFile('a');
    removePrivateFiles();

    expect(existsSync(writePrivateFile('b'))).to.equal(true);
  });

  it('need not have been written to be removed', () => {
    removePrivateFiles();
    removePrivateFiles();
  });
});

describe('what a process that was killed has left', () => {
  const made: string[] = [];
  const prefixOf = (own: string): string => basename(dirname(own)).replace(/\d+-\w{6}$/, '');
  const make = (name: string): string => {
    const path = join(tmpdir(), name);
    mkdirSync(path);
    writeFileSync(join(path, '0'), 'keys');
    made.push(path);
    return path;
  };
  afterEach(() => {
    removePrivateFiles();
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  });

  it('is removed; what belongs to one that runs, or only looks alike, stays', async () => {
    const { stdout: ended } = await execa('sh', ['-c', 'echo $$']);
    const own = writePrivateFile('keys');
    const prefix = prefixOf(own);
    const left = make(`${prefix}${ended}-aaaaaa`);
    const others = [
      own,
      make(`${prefix}${process.pid}-aaaaaa`),
      make(`${prefix}${ended}-aaaaaa.bak`),
      make(`my-${prefix}${ended}-aaaaaa`),
      // A process of that number may run in the container that made it.
      make(`proxmox-role-1-${ended}-aaaaaa`),
    ];

    removeAbandonedFiles();

    expect(existsSync(left)).to.equal(false);
    expect(others.filter(path => !existsSync(path))).to.deep.equal([]);
  });

  it('is left alone when it is a link, or belongs to somebody else', async () => {
    const { stdout: ended } = await execa('sh', ['-c', 'echo $$']);
    const target = make('private-files-target');
    const prefix = prefixOf(writePrivateFile('keys'));
    const link = join(tmpdir(), `${prefix}${ended}-bbbbbb`);
    symlinkSync(target, link);
    made.push(link);
    const foreign = make(`${prefix}${ended}-cccccc`);
    chownSync(foreign, 12345, 12345);

    removeAbandonedFiles();

    expect([link, join(target, '0'), join(foreign, '0')].filter(path => !existsSync(path))).to.deep.equal([]);
  });
});
