import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { openRestAccess, restEnvironment } from '../../testnode/host/rest-access.ts';
import { runPlaybook } from '../../testnode/playbook.ts';
import { startScene, type Scene } from '../scene.ts';
import { grantPrinted, knowingNames } from './token.ts';

const STORAGES = 'dir: local\n\tpath /var/lib/vz\n\tcontent iso,import,images,rootdir\n';

describe('the examples by the API, with an inventory that has no node', function () {
  this.timeout(600_000);
  let scene: Scene;
  let inventory: string;
  before(async () => {
    scene = await startScene({ storageConfig: STORAGES });
    inventory = join(scene.home, 'no-node.ini');
    writeFileSync(inventory, 'web01 ansible_host=192.0.2.1\n');
  });
  after(() => scene.down());

  const run = async (
    playbook: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) => {
    const { wrapper, trust } = await knowingNames(scene);
    const options = { playbook, home: scene.home, inventory, args, wrapper };
    return runPlaybook(scene.cluster, { ...options, env: { ...env, ...trust } });
  };
  const configOf = (vmid: number): Promise<string> =>
    scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);

  it('api.yml makes its VM with exactly the role that api-permissions.yml has told, and leaves it alone then', async () => {
    const token = await grantPrinted(scene, 'examples/api-permissions.yml');
    const example = join(scene.home, 'api.yml');
    const text = readFileSync(`${root}examples/api.yml`, 'utf8');
    writeFileSync(example, text.replace('pve.example.com', scene.cluster.address('pve01')));
    const secret = ['-e', `vault_token=${token['PROXMOX_TOKEN_SECRET'] ?? ''}`];

    const first = await run(example, secret);
    const second = await run(example, secret);

    expect(first.rc, first.output).to.equal(0);
    expect(await configOf(280))
      .to.contain('name: api-vm')
      .and.to.match(/^scsi0: local:280/m);
    expect(second.counts, second.output).to.include({ changed: 0, failed: 0 });
  });

  it('api-fleet.yml makes its VMs with the environment alone, and leaves them alone then', async () => {
    await openRestAccess(scene.cluster);
    const env = restEnvironment(scene.cluster);

    const first = await run('examples/api-fleet.yml', [], env);
    const second = await run('examples/api-fleet.yml', [], env);

    expect(first.rc, first.output).to.equal(0);
    // They are made side by side: who is first takes the first VMID.
    const configs = await Promise.all([282, 283].map(configOf));
    const names = configs.map(config => /^name: (.*)$/m.exec(config)?.[1]);
    expect(names).to.have.members(['api-db', 'api-web']);
    expect(second.counts, second.output).to.include({ changed: 0, failed: 0 });
  });
});
