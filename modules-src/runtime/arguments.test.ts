import { expect } from 'chai';
import fc from 'fast-check';
import { readArguments } from './arguments.ts';

/** Puts arguments into the front of a bundle as Ansible does: JSON in ASCII on one line, inside a comment. */
function embed(args: unknown): void {
  embedText(JSON.stringify(args));
}

function embedText(text: string): void {
  const json = text.replace(
    /[\u007f-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  Reflect.set(globalThis, '__ANSIBLE_ARGS__', `function(){//${json}\n}`);
}

const roundTrip = (params: Record<string, unknown>): unknown => {
  embed(params);
  return readArguments().params;
};

describe('reading', () => {
  afterEach(() => Reflect.deleteProperty(globalThis, '__ANSIBLE_ARGS__'));

  describe('the arguments of a module', () => {
    it('are parted from what Ansible says for itself', () => {
      embed({ vmid: 200, _ansible_check_mode: true, _ansible_diff: false, _ansible_version: '2.19.14' });

      expect(readArguments()).to.deep.equal({
        context: { checkMode: true, diff: false },
        params: { vmid: 200 },
      });
    });

    it('are those of a plain run when Ansible says nothing', () => {
      embed({});

      expect(readArguments().context).to.deep.equal({ checkMode: false, diff: false });
    });

    const hostile = [
      '"quotes" and \'quotes\'',
      'back\\slash \\n \\u0041',
      'two\nlines\r\n',
      '</script>',
      '${process.exit(1)} `x`',
      '\u2028 \u2029 \u0085',
      '$& $` $1',
      '*/ // /*',
      '😀 ä',
      '<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>',
      '__BUNDLE_EOF__\n__BUNDLE_EOF__',
      '\0',
      '}\n}).toString();',
    ];
    for (const text of hostile) {
      it(`arrive unharmed: ${JSON.stringify(text)}`, () =>
        expect(roundTrip({ text, [text]: 1 })).to.deep.equal({ text, [text]: 1 }));
    }

    it('arrive unharmed under a name that means something to JavaScript', () => {
      const params = JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, unknown>;

      expect(Object.entries(roundTrip(params) as object)).to.deep.equal([
        ['__proto__', 1],
        ['constructor', 2],
      ]);
    });

    it('arrive unharmed, whatever they are', () => {
      const key = fc
        .string({ unit: 'grapheme' })
        .filter(name => !name.startsWith('_ansible_') && name !== '__proto__');
      fc.assert(
        fc.property(fc.dictionary(key, fc.jsonValue()), params => {
          const sent = JSON.parse(JSON.stringify(params)) as Record<string, unknown>;

          expect(roundTrip(sent)).to.deep.equal(sent);
        }),
      );
    });

    for (const digits of [
      '12345678901234567890',
      '1.0',
      '-0',
      '0.10',
      '1e+16',
      '[1.0]',
      '[9007199254740993]',
    ])
      it(`keep the digits of numbers that JavaScript would write otherwise: ${digits}`, () => {
        embedText(`{"text": ${digits}, "other": "a \\" ${digits} \\\\", "number": 4096.5}`);

        const text: unknown = JSON.parse(digits.replace(/[-\d][^\]]*/, '"$&"'));
        expect(readArguments().params).to.deep.equal({
          text,
          other: `a " ${digits} \\`,
          number: 4096.5,
        });
      });

    it('that are no dictionary are a fault of the caller', () => {
      embed(null);
      expect(() => readArguments()).to.throw('not a JSON object');
    });
  });
});
