import { expect } from 'chai';
import { execa } from 'execa';
import { moduleNames, root } from '../../build/modules.ts';

const VENV = `${root}.venv/bin`;
const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const [program = '', ...args] = argv;
  return execa(program, args, {
    cwd: root,
    all: true,
    reject: false,
    preferLocal: true,
    env: { PATH: `${VENV}:${process.env['PATH'] ?? ''}`, ...env },
  });
};

describe('the project', function () {
  // Types and lint of everything take minutes on a machine that is busy.
  this.timeout(900_000);

  it('passes its own checks', async () => {
    const { exitCode, all } = await run(['tsx', 'build/check.ts']);

    expect(exitCode, all).to.equal(0);
  });

  it('documents every module for ansible-doc', async () => {
    const { exitCode, all } = await run(['ansible-doc', '-M', 'role/proxmox/library', ...moduleNames]);
    const pages = all.split(/^> MODULE /m).slice(1);

    expect(exitCode, all).to.equal(0);
    expect(pages.map(page => /\(.*\/(\w+)\.yml\)/.exec(page)?.[1])).to.have.members(moduleNames);
    for (const page of pages)
      expect(page).to.include('OPTIONS').and.include('EXAMPLES').and.include('RETURN VALUES');
  });

  it('documents the role for ansible-doc', async () => {
    const { exitCode, all } = await run(['ansible-doc', '-t', 'role', '-r', 'role', 'proxmox']);

    expect(exitCode, all).to.equal(0);
    expect(all).to.contain('proxmox_vm_memory').and.to.contain('proxmox_vm_clones');
  });
});
