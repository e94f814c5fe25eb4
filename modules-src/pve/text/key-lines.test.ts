import { expect } from 'chai';
import { keyLines } from './key-lines.ts';

describe('a file of keys', () => {
  it('has one a line, without comments and blank lines', () => {
    expect(keyLines('# mine\nssh-ed25519 AAAA \n\n\tssh-rsa B\n')).to.deep.equal([
      'ssh-ed25519 AAAA',
      'ssh-rsa B',
    ]);
  });
});
