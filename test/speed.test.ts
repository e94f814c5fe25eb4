import { expect } from 'chai';
import { startNodes } from '../testnode/host/cluster.ts';
import type { Cluster } from '../testnode/host/cluster.ts';
import { bundlePrograms } from '../testnode/pve/bundle.ts';
import { quartileMilliseconds } from './measure.ts';

const CALL_COST_SECONDS = 0.4;
/** The shell prints user and system time of what it ran, in seconds. */
const CPU_TIME = 'TIMEFORMAT="%U %S"; time qm status 100 > /dev/null';

describe('speed of the test node', function () {
  this.timeout(120_000);
  before(() => bundlePrograms());

  it('has three nodes up in 2 s and down in 1 s', async () => {
    const starts: Cluster[] = [];
    const times = await quartileMilliseconds(4, {
      up: async () => starts.push(await startNodes({ nodes: 3 })),
      down: () => starts.pop()?.down() ?? Promise.resolve(),
    });

    console.log(`        up: ${times['up']?.toFixed(0)} ms, down: ${times['down']?.toFixed(0)} ms`);
    expect(times['up']).to.be.at.most(2000);
    expect(times['down']).to.be.at.most(1000);
  });

  it('answers qm status in 120 ms', async () => {
    const cluster = await startNodes();
    try {
      await cluster.exec('pve01', ['qm', 'create', '100']);
      const { status } = await quartileMilliseconds(12, {
        status: () => cluster.exec('pve01', ['qm', 'status', '100']),
      });

      console.log(`        qm status: ${status?.toFixed(0)} ms`);
      expect(status).to.be.at.most(120);
    } finally {
      await cluster.down();
    }
  });

  it('spends the cost of a call as processor time', async () => {
    const free = await processorSeconds(0);
    const costly = await processorSeconds(CALL_COST_SECONDS);

    expect(costly - free).to.be.within(CALL_COST_SECONDS * 0.75, CALL_COST_SECONDS * 1.75);
  });
});

async function processorSeconds(callCost: number): Promise<number> {
  const cluster = await startNodes({ callCost });
  try {
    await cluster.exec('pve01', ['qm', 'create', '100']);
    const { stderr } = await cluster.exec('pve01', ['bash', '-c', CPU_TIME]);
    return stderr.split(/\s+/).reduce((sum, seconds) => sum + Number(seconds), 0);
  } finally {
    await cluster.down();
  }
}
