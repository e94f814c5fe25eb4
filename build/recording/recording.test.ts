import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { root } from '../modules.ts';
import { linesOf, paced } from './screen.ts';
import { svgOf } from './svg.ts';

const textOf = (chunks: readonly string[], columns = 80): readonly string[] =>
  linesOf(
    chunks.map((text, at) => ({ at, text })),
    columns,
  ).map(({ spans }) => spans.map(({ text }) => text).join(''));

describe('a recording', () => {
  it('has whole lines, whatever the pieces they came in', () => {
    expect(textOf(['one\r\nt', 'wo\nthr', 'ee\n'])).to.deep.equal(['one', 'two', 'three']);
  });

  it('shows of a line that was printed over what it showed last', () => {
    expect(textOf(['10 %\r20 %\r30 %\n'])).to.deep.equal(['30 %']);
  });

  it('breaks lines where the terminal does', () => {
    expect(textOf(['\u001b[32mabc\u001b[0mdefg\n'], 3)).to.deep.equal(['abc', 'def', 'g']);
  });

  it('keeps colours, and nothing else of what controls a terminal', () => {
    const [line] = linesOf([{ at: 0, text: 'a\u001b[0;33mb\u001b[0m\u001b[Kc\n' }], 80);

    expect(line?.spans).to.deep.equal([
      { text: 'a', color: undefined },
      { text: 'b', color: 33 },
      { text: 'c', color: undefined },
    ]);
  });

  it('waits no longer and no shorter than is bearable', () => {
    const lines = [0, 100, 100, 100.5].map(at => ({ at, spans: [] }));

    expect(paced(lines, 1, 0.1).map(({ at }) => at.toFixed(1))).to.deep.equal(['0.1', '1.1', '1.2', '1.7']);
  });

  it('escapes what XML would read', () => {
    const svg = svgOf([{ at: 1, spans: [{ text: 'a < b && c\u0007', color: 32 }] }], 'title');

    expect(svg).to.contain('<tspan class="c32">a &lt; b &amp;&amp; c</tspan>');
  });

  it('is in docs/demo.svg, of a run that went well', () => {
    const svg = readFileSync(`${root}docs/demo.svg`, 'utf8');

    expect(svg).to.contain('$ npm start').and.to.contain('What was made');
    expect(svg).to.match(/first run {3}changed=[1-9]\d* failed=0, 10 qm calls/);
    expect(svg).to.match(/second run {2}changed=0 failed=0, 0 qm calls/);
  });
});
