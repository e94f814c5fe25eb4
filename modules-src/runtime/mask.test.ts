import { expect } from 'chai';
import fc from 'fast-check';
import { defineOptions } from '../sdk/option.ts';
import { maskSecrets, secretsOf } from './mask.ts';

const WHOLE = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER';
const options = defineOptions({
  user: { type: 'str', description: 'x' },
  name: { type: 'str', description: 'x' },
  password: { type: 'str', secret: true, aliases: ['pass'], description: 'x' },
  pin: { type: 'int', secret: true, description: 'x' },
  headers: { type: 'dict', secret: true, description: 'x' },
  logins: {
    type: 'dict',
    values: { token: { type: 'str', secret: true, description: 'x' } },
    description: 'x',
  },
  accounts: {
    type: 'list',
    elements: 'dict',
    options: { token: { type: 'str', secret: true, description: 'x' } },
    description: 'x',
  },
});

const mask = (raw: Record<string, unknown>, value: unknown): unknown =>
  maskSecrets(value, secretsOf(options, raw));

describe('a secret', () => {
  it('is replaced where it is the whole text', () => {
    expect(mask({ password: 's3cret' }, { a: 's3cret' })).to.deep.equal({ a: WHOLE });
  });

  it('is starred inside a text, wherever it stands', () => {
    expect(mask({ password: 's3cret' }, 'qm said: s3cret is bad, s3cret!')).to.equal(
      'qm said: ******** is bad, ********!',
    );
  });

  it('is found in lists and dictionaries of any depth', () => {
    expect(mask({ password: 's3cret' }, { a: [{ b: ['x s3cret'] }] })).to.deep.equal({
      a: [{ b: ['x ********'] }],
    });
  });

  it('is one without the blanks and line ends around it, too', () => {
    expect(mask({ password: ' s3cret\n' }, 'qm said: s3cret is bad')).to.equal('qm said: ******** is bad');
  });

  it('given by its alias is one, too', () => {
    expect(mask({ pass: 's3cret' }, 's3cret')).to.equal(WHOLE);
  });

  it('that is a number is one as number and as text', () => {
    expect(mask({ pin: 4711 }, { n: 4711, t: 'pin 4711', other: 47 })).to.deep.equal({
      n: WHOLE,
      t: 'pin ********',
      other: 47,
    });
  });

  it('inside a dictionary that is secret is one, value by value', () => {
    expect(mask({ headers: { a: 'one', b: ['two'] } }, 'one two three')).to.equal('******** ******** three');
  });

  it('of a list’s entries is one', () => {
    expect(mask({ accounts: [{ token: 'abc' }, { token: 'def' }] }, 'abc+def')).to.equal('********+********');
  });

  it('of a free dictionary’s entries is one', () => {
    expect(mask({ logins: { first: { token: 's3cret' } } }, ['s3cret'])).to.deep.equal([WHOLE]);
  });

  it('of a list that arrived as JSON is one', () => {
    expect(mask({ accounts: '[{"token": "abc"}]' }, 'abc!')).to.equal('********!');
  });

  it('is found as it stands in JSON and in a URL', () => {
    const password = 'a"b\\c d/é';

    expect(mask({ password }, JSON.stringify({ x: `is ${password}` }))).to.not.contain('b\\\\c');
    expect(mask({ password }, `sshkeys: ${encodeURIComponent(password)}`)).to.equal('sshkeys: ********');
    expect(mask({ password: "it's (x)" }, 'cipassword=it%27s+%28x%29&y')).to.equal('cipassword=********&y');
  });

  it('that contains another is masked whole', () => {
    expect(mask({ password: 'abc', pin: 1, accounts: [{ token: 'abcdef' }] }, 'x abcdef')).to.equal(
      'x ********',
    );
  });

  it('with characters of a pattern is taken literally', () => {
    expect(mask({ password: '.*$&' }, 'a .*$& b')).to.equal('a ******** b');
  });

  it('never survives in any text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (password, before, after) => {
        fc.pre(!'********'.includes(password) && !WHOLE.includes(password));
        const shown = mask({ password }, `${before}|${password}|${after}`);

        expect(shown).to.not.contain(`|${password}|`);
      }),
    );
  });
});

describe('what is not secret', () => {
  it('stays as it is', () => {
    const result = { msg: 'ok', n: 1, list: [true, null], user: 'root' };

    expect(mask({ user: 'root', password: '' }, result)).to.deep.equal(result);
  });

  it('is the name of the VM, for what it names and what follows it', () => {
    const raw = { name: 'debian-12', password: 'debian' };
    const told = { name: 'debian-12-g2', why: 'VM 9001 (debian-12-g2)', mark: { family: 'debian-12' } };

    expect(mask(raw, told)).to.deep.equal(told);
    expect(mask(raw, 'debian-12 lets debian in, not debian-123')).to.equal(
      'debian-12 lets ******** in, not ********-123',
    );
    expect(mask({ name: 'debian', password: 'debian' }, { name: 'debian' })).to.deep.equal({
      name: 'debian',
    });
    expect(mask({ user: 'debian-12', password: 'debian' }, 'debian-12')).to.equal('********-12');
  });

  it('is the name of a key', () => {
    expect(mask({ password: 'scsi0' }, { scsi0: 'x' })).to.deep.equal({ scsi0: 'x' });
  });
});

describe('a very short secret', () => {
  it('is hidden where it stands for itself, and leaves words alone', () => {
    const secrets = { headers: { a: '1', b: 'no' } };

    expect(mask(secrets, 'X-Flag: 1; no=no, 10.0.0.1 has none of 1, scsi1')).to.equal(
      'X-Flag: ********; ********=********, 10.0.0.******** has none of ********, scsi1',
    );
    expect(mask(secrets, '1')).to.equal(WHOLE);
  });

  it('is hidden behind a character that is written as an escape', () => {
    expect(mask({ password: 'x' }, JSON.stringify('is\nx'))).to.equal('"is\\n********"');
    expect(mask({ password: 'x' }, `is=${encodeURIComponent('a x')}`)).to.equal('is=a%20********');
  });

  it('never survives as a value, whatever its characters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 3 }), password => {
        fc.pre(!'********'.includes(password) && !WHOLE.includes(password) && !/[|]/.test(password));

        expect(mask({ password }, `|${password}|`)).to.not.contain(`|${password}|`);
        expect(mask({ password }, { value: password })).to.deep.equal({ value: WHOLE });
      }),
    );
  });
});
