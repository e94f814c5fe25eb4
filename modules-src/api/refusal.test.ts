import { expect } from 'chai';
import { qm } from '../sdk/step.ts';
import { refusalOf } from './refusal.ts';

const asToken = { isRoot: false };
const asRoot = { isRoot: true };

describe('what the API refuses before anything is done', () => {
  it('is what root alone may set, with what works instead', () => {
    expect(refusalOf(asToken, qm('set', 200, { hostpci0: '0000:01:00.0' })))
      .to.contain('no token may set hostpci0')
      .and.contain('use `mapping=NAME`')
      .and.contain('or go by SSH, or log in as root@pam');
    expect(refusalOf(asToken, qm('create', 200, { args: '-x' }))).to.contain('no token may set args');
    expect(refusalOf(asRoot, qm('create', 200, { args: '-x' }))).to.equal(undefined);
  });

  it('is the removal of a locked stub by a token', () => {
    expect(refusalOf(asToken, qm('destroy', 200, { skiplock: true }))).to.contain(
      '`qm unlock 200 && qm destroy 200`',
    );
    expect(refusalOf(asRoot, qm('destroy', 200, { skiplock: true }))).to.equal(undefined);
    expect(refusalOf(asToken, qm('destroy', 200, { purge: true }))).to.equal(undefined);
  });

  it('is a snippet, whoever asks', () => {
    const action = { kind: 'put-snippet', volume: 'local:snippets/a.yaml', content: '' } as const;

    expect(refusalOf(asRoot, action)).to.contain('local:snippets/a.yaml');
  });

  it('is nothing that a token may', () => {
    expect(refusalOf(asToken, qm('set', 200, { memory: 512, serial0: 'socket' }))).to.equal(undefined);
  });
});
