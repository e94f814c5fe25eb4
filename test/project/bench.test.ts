import { expect } from 'chai';
import { copyFileSync, readFileSync } from 'node:fs';
import { ownFolder } from '../../modules-src/system/own-folder.fixture.ts';
import { writePage } from '../../bench/page.ts';
import { samples, type Sample } from '../../bench/rounds.ts';
import { resultTable } from '../../bench/table.ts';
import { floor, ours } from '../../bench/ways.ts';
import { ONE_VM } from '../../bench/work.ts';
import { root } from '../../build/modules.ts';

/** The benchmark itself; its figures mean something only where nothing else runs. */
describe('the benchmark', function () {
  const at = ownFolder(before, after);
  this.timeout(300_000);
  before(() => {
    copyFileSync(`${root}docs/performance.md`, at('performance.md'));
  });

  it('measures ways that do the same, over a slow line too, and writes its page', async () => {
    const found: Sample[] = [];
    const steps = [{ work: 'image → VM', wanted: ONE_VM }];
    for await (const sample of samples({ ways: [ours, floor], rounds: 1, delay: 20, steps }))
      found.push(sample);

    expect(found.map(({ way }) => way)).to.deep.equal(['role', 'floor']);
    expect(found.every(({ seconds, calls }) => seconds > 0 && calls >= 2)).to.equal(true);
    writePage(found, resultTable(found), at());
    expect(readFileSync(at('performance.md'), 'utf8'))
      .to.contain('| image → VM | floor |')
      .and.to.contain('![image → VM](performance/1.svg)')
      .and.to.contain('## What was not measured');
    expect(readFileSync(at('performance/1.svg'), 'utf8')).to.match(/^<svg .*<\/svg>\n$/s);
  });
});
