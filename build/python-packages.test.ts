import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { root } from './modules.ts';

const linesOf = (file: string): string[] =>
  readFileSync(root + file, 'utf8')
    .replaceAll('\\\n', '')
    .split('\n')
    .filter(line => /^\w/.test(line));

describe('the Python packages of the set-up', () => {
  it('are pinned with those that they bring, each by the digests of its files', () => {
    const pinned = linesOf('requirements.txt');

    expect(pinned).to.have.length.greaterThan(linesOf('requirements.in').length);
    for (const line of pinned) expect(line).to.match(/^[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}/);
  });

  it('are those that the project asks for', () => {
    const pinned = linesOf('requirements.txt').map(line => line.split(' ')[0]);

    expect(pinned).to.include.members(linesOf('requirements.in'));
  });
});
