import { expect } from 'chai';
import { parseExpression, type Expression } from './expression.ts';
import { parseTemplate } from './template.ts';
import { tokensOf } from './tokens.ts';

const read = (text: string): Expression => parseExpression(tokensOf(text));
const name = (of: string): Expression => ({ kind: 'name', name: of });
const none = { args: [], named: new Map() };

describe('Jinja', () => {
  it('binds filters and tests closer than operators', () => {
    expect(read('not a and b | length > 0 or c is not defined')).to.deep.equal({
      kind: 'operation',
      operands: [
        {
          kind: 'operation',
          operands: [
            { kind: 'operation', operands: [name('a')] },
            {
              kind: 'operation',
              operands: [
                { kind: 'filter', of: name('b'), name: 'length', ...none },
                { kind: 'literal', text: undefined },
              ],
            },
          ],
        },
        { kind: 'test', of: name('c'), name: 'defined', ...none },
      ],
    });
  });

  it('has keys, elements, slices, calls, lists, dictionaries and choices', () => {
    expect(read("a.b['c']")).to.deep.equal({
      kind: 'member',
      of: { kind: 'member', of: name('a'), key: 'b' },
      key: 'c',
    });
    expect(read('a[b]')).to.deep.equal({ kind: 'item', of: name('a'), at: [name('b')] });
    expect(read('a[b:c]')).to.deep.equal({ kind: 'operation', operands: [name('a'), name('b'), name('c')] });
    expect(read("query('x', [a], skip=b)")).to.deep.equal({
      kind: 'call',
      of: name('query'),
      args: [
        { kind: 'literal', text: 'x' },
        { kind: 'list', items: [name('a')] },
      ],
      named: new Map([['skip', name('b')]]),
    });
    expect(read("{'a': {}} if b")).to.deep.equal({
      kind: 'choice',
      condition: name('b'),
      branches: [
        {
          kind: 'dict',
          entries: [
            [
              { kind: 'literal', text: 'a' },
              { kind: 'dict', entries: [] },
            ],
          ],
        },
      ],
    });
  });

  it('is found between any braces, and not in comments', () => {
    const template =
      "x {{ {'}}': {}} }}{# {{ no }} #}{%- if a -%}y{% endif %}\n{% for b, c in d if b %}{% endfor %}";

    expect(parseTemplate(template).map(({ kind }) => kind)).to.deep.equal([
      'value',
      'value',
      'nothing',
      'for',
      'endfor',
    ]);
    expect(parseTemplate(template)[3]).to.deep.equal({
      kind: 'for',
      names: ['b', 'c'],
      of: name('d'),
      condition: name('b'),
    });
  });

  for (const wrong of ['a b', 'a.', 'a ==', '(a', "'a", 'a | ', 'a $ b']) {
    it(`is refused when it cannot be read: ${wrong}`, () =>
      expect(() => read(wrong)).to.throw('cannot read'));
  }
});
