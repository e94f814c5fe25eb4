import { expect } from 'chai';
import { execa } from 'execa';
import { readdirSync } from 'node:fs';
import { root } from '../../build/modules.ts';
import { CLEAN_ENVIRONMENT } from '../../testnode/system/processes.ts';
import { guestImage } from '../../testnode/guest/image.ts';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import { everywhere, IMAGE_URLS } from '../../testnode/image-server/catalogue.ts';
import { publishImage } from '../published-image.ts';
import { startScene, type Scene } from '../scene.ts';

async function bootingScene(): Promise<Scene> {
  const image = await guestImage(line => process.stderr.write(`${line}\n`));
  return startScene({ guests: 'boot' }, everywhere(image));
}

async function clusterScene(): Promise<Scene> {
  const scene = await startScene({ nodes: 3, storageConfig: STORAGES });
  await scene.cluster.exec('pve01', ['mkdir', '/mnt/pve/shared']);
  return scene;
}

/** Images that boot, of which Debian 13 has another one than all else. */
async function replacingScene(): Promise<Scene> {
  const scene = await startScene({ settings: { guestsCount: true } });
  await publishImage(scene, '64M', true);
  const newer = IMAGE_URLS.filter(url => url.includes('/trixie/'));
  await publishImage(scene, '96M', true, newer);
  return scene;
}

const VENV = `${root}.venv/bin`;

/** All of them, or the one that is asked for. */
const SCENARIOS =
  process.env['MOLECULE'] === undefined ? readdirSync(`${root}molecule`) : [process.env['MOLECULE']];

/** Scenarios that need more than small images and three nodes: guests that boot, images that differ. */
const SCENES: Readonly<Record<string, () => Promise<Scene>>> = {
  'static-ip': bootingScene,
  replace: replacingScene,
};

/** Three nodes, for the scenario of a cluster, and what all of them see besides the storages of a fresh installation. */
const STORAGES = `${FRESH_STORAGE_CONFIG}dir: shared
\tpath /mnt/pve/shared
\tcontent images,snippets
\tshared 1

`;

describe('molecule', function () {
  this.timeout(900_000);
  let scene: Scene | undefined;
  afterEach(() => scene?.down());

  for (const scenario of SCENARIOS) {
    it(`${scenario} converges, finds nothing to do the second time, and verifies`, async () => {
      scene = await (SCENES[scenario] ?? clusterScene)();
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
