import { expect } from 'chai';
import { execaSync } from 'execa';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './modules.ts';

/** A program that notes how it was called, says a lot, and makes what the real one would. */
const stub = (makes: string): string => `#!/bin/sh
echo "\${0##*/} $*" >> "$CALLS"
echo noise; echo more noise >&2
${makes}
`;
const PYTHON = `for folder; do :; done; mkdir -p $folder/bin; cp "$(dirname "$0")/pip" $folder/bin; touch $folder/bin/ansible-playbook`;

describe('set-up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'set-up-'));
  const calls = join(folder, 'calls');
  const program = (name: string, makes: string): void =>
    writeFileSync(join(folder, 'bin', name), stub(makes), { mode: 0o755 });

  before(() => {
    for (const made of ['bin', 'build', 'testnode']) mkdirSync(join(folder, made));
    for (const file of ['build/setup.mjs', 'package-lock.json', 'requirements.txt'])
      cpSync(root + file, join(folder, file));
    program('npm', 'mkdir -p node_modules; touch node_modules/.package-lock.json');
    program('python3', PYTHON);
    program('pip', 'true');
  });
  after(() => rmSync(folder, { recursive: true }));

  function setUp(...options: readonly string[]) {
    writeFileSync(calls, '');
    const { exitCode, all } = execaSync(process.execPath, [join(folder, 'build/setup.mjs'), ...options], {
      all: true,
      reject: false,
      env: { CALLS: calls, PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` },
    });
    return { exitCode, all, calls: readFileSync(calls, 'utf8') };
  }

  it('installs npm packages without their scripts, Python packages by their digests, and shows no noise', () => {
    const { exitCode, all, calls } = setUp('--no-system');

    expect(exitCode, all).to.equal(0);
    // In any order: npm works beside the others.
    expect(calls.trimEnd().split('\n')).to.have.members([
      'npm ci --ignore-scripts --no-audit --no-fund',
      'pip install --require-hashes -r requirements.txt',
      'python3 -m venv --clear .venv',
    ]);
    expect(all).not.to.contain('noise');
  });

  it('does nothing the second time', () => {
    expect(setUp('--no-system').calls).to.equal('');
  });

  it('brings back what was removed, and what has changed', () => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'requirements.txt'), 'ansible-core==2.19.15\n');

    expect(setUp('--no-system').calls)
      .to.match(/^npm ci /m)
      .and.match(/^python3 .*\n(?:npm .*\n)?pip /m);
    expect(setUp('--no-system').calls).to.equal('');
  });

  it('shows what a program said that failed', () => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    program('npm', 'exit 1');

    const { exitCode, all } = setUp('--node-only');

    expect(exitCode).to.equal(1);
    expect(all).to.contain('more noise').and.to.contain('set-up: npm ci failed; see above');
  });
});
