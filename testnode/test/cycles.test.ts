import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { startNodes } from '../host/cluster.ts';
import { startApi } from '../host/rest-access.ts';
import { hostTraces, ownNamespaces, processesIn } from './traces.ts';

const CYCLES = process.env['MANY'] === '1' ? 20 : 2;
const NODES = 3;

describe(`${CYCLES} times ${NODES} nodes, up and down`, function () {
  this.timeout(300_000);

  it('leaves no process, mount, namespace, interface or file', async () => {
    const before = hostTraces();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const cluster = await startNodes({ nodes: NODES });
      await startApi(cluster);
      const spaces = await Promise.all(
        ['controller', ...cluster.names].map(where => ownNamespaces(cluster, where)),
      );
      await cluster.down();
      expect(processesIn(spaces.flat())).to.deep.equal([]);
      expect(existsSync(cluster.directory)).to.equal(false);
    }

    expect(hostTraces()).to.deep.equal(before);
  });
});
