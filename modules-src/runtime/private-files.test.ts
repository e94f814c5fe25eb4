import { expect } from 'chai';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { removePrivateFiles, writePrivateFile } from './private-files.ts';

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
