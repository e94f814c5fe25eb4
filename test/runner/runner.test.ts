import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLane } from './lane.ts';

/** Long enough to start, so that the others are not killed. */
const MINUTES = 0.5;

describe('the runner of tests', function () {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  const lane = openLane();
  after(() => {
    lane.end();
    rmSync(folder, { recursive: true });
  });

  let files = 0;
  const run = async (body: string, minutes = MINUTES) => {
    const file = join(folder, `${(files += 1)}.test.ts`);
    writeFileSync(file, `it('is a test', () => { ${body} });\nit('is another', () => {});\n`);
    const { name, passed, failed, report } = await lane.run(file, minutes);
    expect(name).to.equal(file);
    expect(report).to.contain(file);
    return { passed, failed };
  };

  it('counts what passes and what fails', async () => {
    expect(await run('')).to.deep.equal({ passed: 2, failed: 0 });
    expect(await run('throw new Error("no");')).to.deep.equal({ passed: 1, failed: 1 });
  });

  it('counts a file that dies as failed', async () => {
    expect(await run('process.exit(0);')).to.deep.equal({ passed: 0, failed: 1 });
    expect(await run('process.kill(process.pid, "SIGKILL");')).to.deep.equal({ passed: 0, failed: 1 });
  });

  it('ends a file that never ends, whatever it has started, and counts it as failed', async () => {
    const endless = `require('node:child_process').spawn('sleep', ['20'], { stdio: 'inherit' }); for (;;);`;

    expect(await run(endless, 0.1)).to.deep.equal({ passed: 0, failed: 1 });
  });
});
