import { expect } from 'chai';
import fc from 'fast-check';
import { formatSize, parseSize, SIZE, SIZE_INCREASE, SPACE } from './size.ts';

describe('a size', () => {
  const readings: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['1', 1],
    ['528K', 540672],
    ['64M', 67108864],
    ['2304M', 2415919104],
    ['1.5G', 1610612736],
    ['+5G', 5368709120],
    ['1T', 1099511627776],
    ['0T', 0],
    [' 8G ', 8589934592],
  ];
  for (const [text, bytes] of readings) {
    it(`of "${text}" is ${bytes} bytes`, () => expect(parseSize(text)).to.equal(bytes));
  }

  for (const text of ['', 'G', '-1G', '1GB', '1g', '1 G', '1e3', '1,5G', 'abc', '++1G', '1G\n2G']) {
    it(`is not read from ${JSON.stringify(text)}`, () => expect(parseSize(text)).to.equal(undefined));
  }

  const writings: readonly (readonly [number, string])[] = [
    [0, '0'],
    [1000003, '1000003'],
    [540672, '528K'],
    [2415919104, '2304M'],
    [1073741824, '1G'],
    [1126999418470400, '1025T'],
  ];
  for (const [bytes, text] of writings) {
    it(`of ${bytes} bytes is written ${text}, as PVE writes it`, () =>
      expect(formatSize(bytes)).to.equal(text));
  }

  it('is the same after writing and reading it', () => {
    fc.assert(fc.property(fc.maxSafeNat(), bytes => parseSize(formatSize(bytes)) === bytes));
  });

  it('that is written passes the check of sizes, as long as it is none that a unit was forgotten of', () => {
    const sizes = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1024 ** 2 }).map(bytes => bytes + 1024 ** 2);
    fc.assert(fc.property(sizes, bytes => new RegExp(SIZE.regex).test(formatSize(bytes))));
  });
});

describe('the check of sizes', () => {
  it('takes a plus sign only where an increase is asked for', () => {
    expect(new RegExp(SIZE.regex).test('+5G')).to.equal(false);
    expect(new RegExp(SIZE_INCREASE.regex).test('+5G')).to.equal(true);
  });

  it('takes nothing at all where space may be none', () => {
    const takesNone = [SIZE, SPACE, SIZE_INCREASE].map(({ regex }) => new RegExp(regex).test('0'));
    expect(takesNone).to.deep.equal([false, true, true]);
  });

  for (const hostile of ['5', '999999', '-1G', '5G\n', '5G --force', '5G,size=1', '']) {
    it(`refuses ${JSON.stringify(hostile)}`, () => {
      expect(new RegExp(SIZE.regex, 'u').test(hostile)).to.equal(false);
      expect(new RegExp(SIZE_INCREASE.regex, 'u').test(hostile)).to.equal(false);
    });
  }
});
