import { expect } from 'chai';
import { execa } from 'execa';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTestNode } from '../package/pack.ts';

describe('the package pve-test-node', () => {
  let folder: string;
  let archive: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'package-'));
    for (const name of ['archive', 'npm', 'empty']) mkdirSync(join(folder, name));
    archive = await packTestNode(join(folder, 'archive'));
  });
  after(async () => {
    await call('down');
    rmSync(folder, { recursive: true });
  });

  const call = (...args: readonly string[]) =>
    execa('npx', ['--yes', '--package', archive, 'pve-test-node', ...args], {
      cwd: join(folder, 'empty'),
      // What npx has unpacked once it keeps.
      env: { npm_config_cache: join(folder, 'npm') },
      reject: false,
      all: true,
    });

  it('starts nodes from an empty folder, runs programs on them and leaves nothing there', async () => {
    const up = await call('up', '2', '--without-images');
    expect(up.exitCode, up.all).to.equal(0);
    expect(up.stdout).to.include('pve02');

    const list = await call(
      'exec',
      'pve02',
      'bash',
      '-c',
      'qm create 100 --name it --scsi0 local:1 >&2; qm list',
    );
    expect(list.exitCode, list.all).to.equal(0);
    expect(list.stdout).to.match(/^\s+100 it\s+stopped/m);
    expect(readdirSync(join(folder, 'empty'))).to.deep.equal([]);
  });

  it('names itself in what it says', async () => {
    expect((await call('up')).stderr).to.include('npx pve-test-node down');
  });
});
