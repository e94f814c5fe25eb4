import { expect } from 'chai';
import fc from 'fast-check';
import { defineOptions } from '../sdk/option.ts';
import { coerce } from './coerce.ts';

const options = defineOptions({
  vmid: { type: 'int', aliases: ['id'], description: 'x' },
  ratio: { type: 'float', description: 'x' },
  name: { type: 'str', description: 'x' },
  on: { type: 'bool', description: 'x' },
  agent: { type: 'str', orBoolean: true, description: 'x' },
  retries: { type: 'int', default: 3, description: 'x' },
  tags: { type: 'list', elements: 'str', description: 'x' },
  ports: { type: 'list', elements: 'int', description: 'x' },
  clones: {
    type: 'list',
    elements: 'dict',
    options: {
      vmid: { type: 'int', description: 'x' },
      start: { type: 'bool', default: true, description: 'x' },
    },
    description: 'x',
  },
  nets: { type: 'dict', description: 'x' },
  discard: { type: 'str', choices: ['on', 'ignore'], description: 'x' },
  mode: { type: 'str', choices: ['no', 'off', 'auto'], description: 'x' },
});

const values = (raw: Record<string, unknown>) => coerce(options, raw).values;
const misfits = (raw: Record<string, unknown>) => coerce(options, raw).misfits;

describe('what Jinja produces', () => {
  const readings: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
    [{ vmid: '200' }, { vmid: 200 }],
    [{ vmid: ' 200 ' }, { vmid: 200 }],
    [{ vmid: 200.0 }, { vmid: 200 }],
    [{ ratio: '0.5' }, { ratio: 0.5 }],
    [{ name: 200 }, { name: '200' }],
    [{ agent: true }, { agent: 'True' }],
    [{ agent: false }, { agent: 'False' }],
    [{ name: ' kept ' }, { name: ' kept ' }],
    [{ tags: 'a, b' }, { tags: ['a', 'b'] }],
    [{ tags: '["a", "b,c"]' }, { tags: ['a', 'b,c'] }],
    [{ tags: ['a', 1] }, { tags: ['a', '1'] }],
    [{ tags: [] }, { tags: [] }],
    [{ tags: 5 }, { tags: ['5'] }],
    [{ ports: '80,443' }, { ports: [80, 443] }],
    [{ nets: '{"net0": "virtio"}' }, { nets: { net0: 'virtio' } }],
    [{ clones: '[{"vmid": "301", "start": "no"}]' }, { clones: [{ vmid: 301, start: false }] }],
    [{ clones: [{ vmid: '301' }] }, { clones: [{ vmid: 301, start: true }] }],
    [{ id: '200' }, { vmid: 200 }],
    [{ discard: true }, { discard: 'on' }],
    [{ discard: 'True' }, { discard: 'on' }],
    [{ discard: false }, { discard: 'False' }],
    [{ mode: false }, { mode: 'False' }],
  ];
  for (const [raw, expected] of readings) {
    it(`becomes what the option names: ${JSON.stringify(raw)}`, () =>
      expect(values(raw)).to.deep.equal({ retries: 3, ...expected }));
  }

  for (const word of [true, 'yes', 'Yes', 'on', '1', 1, 'true', 'True', ' y ', 't']) {
    it(`is yes as ${JSON.stringify(word)}`, () => expect(values({ on: word })['on']).to.equal(true));
  }
  for (const word of [false, 'no', 'off', '0', 0, 'False', 'n', 'f']) {
    it(`is no as ${JSON.stringify(word)}`, () => expect(values({ on: word })['on']).to.equal(false));
  }
});

describe('what is absent', () => {
  it('takes its default', () => {
    expect(values({})).to.deep.equal({ retries: 3 });
  });

  for (const nothing of ['', null, undefined]) {
    it(`may be written as ${JSON.stringify(nothing)}, whatever the type`, () => {
      const raw = Object.fromEntries(Object.keys(options).map(name => [name, nothing]));

      expect(coerce(options, raw)).to.deep.equal({ values: { retries: 3 }, misfits: [] });
    });
  }

  it('may stand under the name while the alias has the value', () => {
    expect(values({ vmid: null, id: 7 })).to.deep.include({ vmid: 7 });
  });

  it('is not a zero or a no', () => {
    expect(values({ retries: 0, on: false })).to.deep.equal({ retries: 0, on: false });
  });
});

describe('what does not fit', () => {
  const READ_AS =
    'must be a text; ansible-core before 2.19 makes a list or a dictionary of one that reads as such';
  const CONTROL_0 = 'has the control character U+0000';
  const refused: readonly (readonly [Record<string, unknown>, string, string])[] = [
    [{ vmid: 'abc' }, 'vmid', 'is "abc"; must be a number'],
    [{ vmid: 1.5 }, 'vmid', 'is 1.5; must be a whole number'],
    [{ vmid: 2 ** 60 }, 'vmid', 'is 1152921504606847000; must be a whole number'],
    [{ vmid: true }, 'vmid', 'is true; must be a number'],
    [{ vmid: 'Infinity' }, 'vmid', 'is "Infinity"; must be a number'],
    [{ vmid: ' ' }, 'vmid', 'is " "; must be a number'],
    [{ on: 'perhaps' }, 'on', 'is "perhaps"; must be yes or no'],
    [{ on: 2 }, 'on', 'is 2; must be yes or no'],
    [{ name: ['a'] }, 'name', `is ["a"]; ${READ_AS}`],
    [{ name: { a: 1 } }, 'name', `is {"a":1}; ${READ_AS}`],
    [{ name: true }, 'name', 'is true; must be a text, in quotes where YAML reads a word as yes or no'],
    [
      { tags: ['a', false] },
      'tags[1]',
      'is false; must be a text, in quotes where YAML reads a word as yes or no',
    ],
    [{ tags: { a: 1 } }, 'tags', 'is {"a":1}; must be a list'],
    [{ tags: ['a', null] }, 'tags[1]', 'is null; must be a text'],
    [{ ports: ['80', 'x'] }, 'ports[1]', 'is "x"; must be a number'],
    [{ nets: 'net0=virtio' }, 'nets', 'is "net0=virtio"; must be a dictionary'],
    [{ nets: '{broken' }, 'nets', 'is "{broken"; must be a dictionary'],
    [{ name: 'a\0b' }, 'name', `${CONTROL_0}, which no configuration can hold`],
    [{ tags: ['a', '\0'] }, 'tags[1]', `${CONTROL_0}, which no configuration can hold`],
    [{ nets: { net0: ['\0'] } }, 'nets.net0[0]', `${CONTROL_0}, which no configuration can hold`],
    [{ nets: { 'a\0': 1 } }, 'nets', `${CONTROL_0}, which no configuration can hold`],
    [{ name: '\u001b[31m' }, 'name', 'has the control character U+001B, which no configuration can hold'],
    [{ clones: ['x'] }, 'clones[0]', 'is "x"; must be a dictionary'],
    [{ clones: [{}, { vmid: 'x' }] }, 'clones[1].vmid', 'is "x"; must be a number'],
  ];
  for (const [raw, path, says] of refused) {
    it(`is named with its place: ${JSON.stringify(raw)}`, () =>
      expect(misfits(raw).map(({ path: at, says: why }) => [at, why])).to.deep.equal([[path, says]]));
  }

  it('is no line break, tabulator or character of any script', () => {
    const name = 'a\tb\r\nc ä 漢 \u{1f600}';

    expect(coerce(options, { name })).to.deep.include({ misfits: [] });
    expect(values({ name })).to.include({ name });
  });

  it('is left out of the values', () => {
    expect(values({ vmid: 'abc' })).to.not.have.property('vmid');
  });
});

describe('a name that is not known', () => {
  it('is answered with the nearest known one', () => {
    expect(misfits({ retrys: 1 })).to.deep.equal([
      { path: 'retrys', says: 'is not known', fix: 'did you mean retries?' },
    ]);
  });

  it('is named with its place inside a list', () => {
    expect(misfits({ clones: [{ vmdi: 1 }] })).to.deep.equal([
      { path: 'clones[0].vmdi', says: 'is not known', fix: 'did you mean vmid?' },
    ]);
  });

  it('is named even when it is __proto__', () => {
    expect(misfits(JSON.parse('{"__proto__": {"vmid": 1}}') as Record<string, unknown>)).to.deep.equal([
      { path: '__proto__', says: 'is not known', fix: 'remove it' },
    ]);
  });
});

describe('any JSON at all', () => {
  it('is answered without an error', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(options), 'other'), fc.jsonValue()), raw => {
        expect(coerce(options, raw)).to.have.keys('values', 'misfits');
      }),
    );
  });
});
