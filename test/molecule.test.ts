import { expect } from 'chai';
import { execa } from 'execa';
import { readdirSync } from 'node:fs';
import { root } from '../build/modules.ts';
import { CLEAN_ENVIRONMENT } from '../testnode/host/processes.ts';
import { startScene, type Scene } from './scene.ts';

const VENV = `${root}.venv/bin`;

/** All of them, or the one that `npm test` has time for. */
const SCENARIOS = process.env['MOLECULE'] === 'all' ? readdirSync(`${root}molecule`) : ['default'];

describe('molecule', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.down());

  for (const scenario of SCENARIOS) {
    it(`${scenario} converges, finds nothing to do the second time, and verifies`, async () => {
      const [program = '', ...enter] = scene.cluster.enterController();
      const { exitCode, all } = await execa(program, [...enter, `${VENV}/molecule`, 'test', '-s', scenario], {
        cwd: root,
        all: true,
        reject: false,
        extendEnv: false,
        env: {
          ...CLEAN_ENVIRONMENT,
          PATH: `${VENV}:${CLEAN_ENVIRONMENT['PATH'] ?? ''}`,
          HOME: scene.home,
          PROXMOX_TESTNODE_INVENTORY: scene.cluster.inventoryFile,
        },
      });

      expect(exitCode, all).to.equal(0);
      expect(all).to.match(/idempotence/i);
    });
  }
});
