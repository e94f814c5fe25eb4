import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { startNodes } from '../host/cluster.ts';
import { hostTraces, ownNamespaces, processesIn } from './traces.ts';

const CYCLES = 20;
const NODES = 3;
const UP_LIMIT = 2000;
const DOWN_LIMIT = 1000;

describe(`${CYCLES} times ${NODES} nodes, up and down`, function () {
  this.timeout(120_000);

  it('leaves no process, mount, namespace, interface or file, and is quick', async () => {
    const before = hostTraces();
    const times: { up: number; down: number }[] = [];
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const started = performance.now();
      const cluster = await startNodes({ nodes: NODES });
      const up = performance.now() - started;
      const spaces = await Promise.all(
        ['controller', ...cluster.names].map(where => ownNamespaces(cluster, where)),
      );
      const ending = performance.now();
      await cluster.down();
      times.push({ up, down: performance.now() - ending });
      expect(processesIn(spaces.flat())).to.deep.equal([]);
      expect(existsSync(cluster.directory)).to.equal(false);
    }

    expect(hostTraces()).to.deep.equal(before);
    const [up, down] = [median(times.map(time => time.up)), median(times.map(time => time.down))];
    console.log(`      ${NODES} nodes up in ${Math.round(up)} ms, down in ${Math.round(down)} ms (median)`);
    expect(up).to.be.lessThan(UP_LIMIT);
    expect(down).to.be.lessThan(DOWN_LIMIT);
  });
});

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}
