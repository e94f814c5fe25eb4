import { expect } from 'chai';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { apiWay } from '../../testnode/api-way.ts';
import { CONFIG_WITHOUT_SNIPPETS } from '../../testnode/host/storage-config.ts';
import { play } from '../ansible/play.ts';
import { startScene, type Scene } from '../scene.ts';
import { grantPrinted } from './token.ts';

type Lines = Readonly<Record<string, readonly [vmid: number, line: string]>>;

/** The examples of the specification, with lines that their VMs have; test/docs/examples.test.ts runs them by SSH. */
const SPECIFIED: Lines = {
  minimal: [999, 'name: test-vm'],
  production: [150, 'ciuser: appuser'],
  basic: [200, 'name: ubuntu-cloud-vm'],
  'static-ip': [201, 'ipconfig0: ip=192.168.1.100/24,gw=192.168.1.1'],
  predefined: [202, 'name: debian-server'],
};
/** `npm run test:privileges` runs them by the API, too. */
const isLong = process.env['MANY'] !== undefined;

describe('the examples by the API, with an inventory that has no node', function () {
  this.timeout(600_000);
  let scene: Scene;
  let way: Awaited<ReturnType<typeof apiWay>>;
  before(async () => {
    scene = await startScene({ storageConfig: CONFIG_WITHOUT_SNIPPETS });
    way = await apiWay(scene);
  });
  after(() => scene.down());

  const run = (playbook: string, args: readonly string[], env = way.env) =>
    play(scene.cluster, { ...way, playbook, home: scene.home, args, env });
  const configOf = (vmid: number): Promise<string> =>
    scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);

  it('api.yml makes its VM with exactly the role that api-permissions.yml has told, and leaves it alone then', async () => {
    const token = await grantPrinted(scene, 'examples/api-permissions.yml');
    const example = join(scene.home, 'api.yml');
    const text = readFileSync(`${root}examples/api.yml`, 'utf8');
    writeFileSync(example, text.replace('pve.example.com', scene.cluster.address('pve01')));
    const secret = ['-e', `vault_token=${token['PROXMOX_TOKEN_SECRET'] ?? ''}`];

    // Nothing of who asks.
    const { SSL_CERT_FILE = '' } = way.env;
    const first = await run(example, secret, { SSL_CERT_FILE });
    const second = await run(example, secret, { SSL_CERT_FILE });

    expect(first.rc, first.output).to.equal(0);
    expect(await configOf(280))
      .to.contain('name: api-vm')
      .and.to.match(/^scsi0: local:280/m);
    expect(second.counts, second.output).to.include({ changed: 0, failed: 0 });
  });

  async function runSpecified(): Promise<void> {
    const folder = join(scene.home, 'examples');
    cpSync(`${root}examples`, folder, { recursive: true });
    mkdirSync(join(folder, 'keys'), { recursive: true });
    writeFileSync(join(folder, 'keys/prod-app.pub'), `${scene.publicKey}\n`);
    // The only thing in them that a user has to fill in.
    const production = join(folder, 'production.yml');
    const text = readFileSync(production, 'utf8');
    writeFileSync(production, text.replaceAll('sha256:...', `sha256:${scene.imageDigest}`));
    const [example = '', ...others] = Object.keys(SPECIFIED).map(name => join(folder, `${name}.yml`));
    const first = await run(example, others);
    const second = await run(example, others);

    expect(first.rc, first.output).to.equal(0);
    for (const [vmid, line] of Object.values(SPECIFIED))
      expect((await configOf(vmid)).split('\n'), String(vmid)).to.include(line);
    expect(second.rc, second.output).to.equal(0);
    expect(second.counts, second.output).to.include({ changed: 0, failed: 0 });
  }
  if (isLong)
    it(
      'those of the specification make their VMs with the environment alone, and leave them alone then',
      runSpecified,
    );

  it('api-fleet.yml makes its VMs with the environment alone', async () => {
    const { rc, output } = await run('examples/api-fleet.yml', []);

    expect(rc, output).to.equal(0);
    // They are made side by side: who is first takes the first VMID.
    const configs = await Promise.all([282, 283].map(configOf));
    const names = configs.map(config => /^name: (.*)$/m.exec(config)?.[1]);
    expect(names).to.have.members(['api-db', 'api-web']);
  });
});
