import { expect } from 'chai';
import fc from 'fast-check';
import { parseProperties, renderProperties, sameProperties, sameValue } from './property-string.ts';

describe('a property string', () => {
  it('has one property that may stand without its name', () => {
    expect([...parseProperties('local:8,format=qcow2', 'file')]).to.deep.equal([
      ['file', 'local:8'],
      ['format', 'qcow2'],
    ]);
  });

  it('keeps equal signs inside a value', () => {
    expect(parseProperties('virtio,opts=a=b', 'model').get('opts')).to.equal('a=b');
  });

  it('ignores empty parts', () => {
    expect([...parseProperties(',a=1,,b=2,', 'x').keys()]).to.deep.equal(['a', 'b']);
  });

  it('is written with the unnamed property first', () => {
    const properties = new Map([
      ['size', '8G'],
      ['file', 'local:8'],
    ]);

    expect(renderProperties(properties, 'file')).to.equal('local:8,size=8G');
  });

  it('says the same after reading and writing it', () => {
    const word = fc.stringMatching(/^[a-z0-9_.:/+-]{1,8}$/);
    fc.assert(
      fc.property(fc.dictionary(word, word), word, (others, first) => {
        const properties = new Map([['file', first], ...Object.entries(others)]);

        expect(parseProperties(renderProperties(properties, 'file'), 'file')).to.deep.equal(properties);
      }),
    );
  });

  it('means the same in any order, with defaults written out, and in any spelling', () => {
    const same = (a: string, b: string, defaults = {}): boolean =>
      sameProperties(parseProperties(a, 'x'), parseProperties(b, 'x'), defaults);

    expect(same('type=isa,enabled=on', 'enabled=1,type=isa')).to.equal(true);
    expect(same('rombar=1', '', { rombar: '1' })).to.equal(true);
    expect(same('rombar=0', '', { rombar: '1' })).to.equal(false);
    expect(same('firewall=0', '')).to.equal(true);
    expect(same('host=01:00.A', 'host=0000:01:00.a')).to.equal(true);
    expect(same('flags=+aes;-pcid', 'flags=-pcid;+aes')).to.equal(true);
    expect(same('type=isa', 'type=virtio')).to.equal(false);
  });
});

describe('two values', () => {
  for (const [a, b] of [
    ['1', 'on'],
    ['yes', 'TRUE'],
    ['off', '0'],
    ['No', 'false'],
    ['a', 'a '],
  ] as const) {
    it(`are the same as ${a} and ${b}`, () => expect(sameValue(a, b)).to.equal(true));
  }

  for (const [a, b] of [
    ['1', '0'],
    ['local:snippets/A.pl', 'local:snippets/a.pl'],
    ['Web server', 'web server'],
    ['', '0'],
  ] as const) {
    it(`differ as ${JSON.stringify(a)} and ${JSON.stringify(b)}`, () =>
      expect(sameValue(a, b)).to.equal(false));
  }

  it('differ when only one is there', () => {
    expect(sameValue('0', undefined)).to.equal(false);
    expect(sameValue(undefined, undefined)).to.equal(true);
  });
});
