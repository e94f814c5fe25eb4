import { expect } from 'chai';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { addPciDevice } from '../../testnode/host/pci-device.ts';
import { startScene, type Scene } from '../scene.ts';

/** What an example makes: VMs on nodes, and lines that their configurations have. */
interface Example {
  readonly name: string;
  readonly vms: Readonly<Record<number, readonly string[]>>;
}

const EXAMPLES: readonly Example[] = [
  { name: 'basic', vms: { 200: ['name: ubuntu-cloud-vm', 'serial0: socket'] } },
  { name: 'static-ip', vms: { 201: ['ipconfig0: ip=192.168.1.100/24,gw=192.168.1.1'] } },
  { name: 'predefined', vms: { 202: ['name: debian-server', 'boot: order=scsi0'] } },
  { name: 'minimal', vms: { 999: ['name: test-vm', 'boot: order=scsi0'] } },
  {
    name: 'production',
    vms: { 150: ['protection: 1', 'ciuser: appuser', 'nameserver: 10.0.1.10 10.0.1.11'] },
  },
  { name: 'gpu', vms: { 210: ['hostpci0: 0000:01:00,pcie=1', 'machine: q35', 'bios: ovmf', 'balloon: 0'] } },
  { name: 'data-disks', vms: { 230: ['scsi2: local-lvm:vm-999999-pgdata,discard=on,size=200G'] } },
  { name: 'secure-boot', vms: { 211: ['bios: ovmf', 'machine: q35'] } },
  {
    name: 'fleet',
    vms: {
      260: ['name: shop-db', 'memory: 8192', 'protection: 1', 'tags: shop'],
      261: ['memory: 2048', 'ciuser: debian', 'tags: shop'],
      262: ['memory: 2048', 'ciuser: debian', 'tags: shop'],
    },
  },
  {
    name: 'kubernetes',
    vms: {
      240: ['template: 1'],
      241: [
        'cores: 2',
        'memory: 4096',
        'tags: control-plane;k8s',
        'ipconfig0: ip=10.98.0.41/24,gw=10.98.0.1',
      ],
      251: ['cores: 4', 'memory: 8192', 'balloon: 0', 'ipconfig0: ip=10.98.0.51/24,gw=10.98.0.1'],
      252: ['name: k8s-worker-2', 'tags: k8s;worker', 'ipconfig0: ip=10.98.0.52/24,gw=10.98.0.1'],
    },
  },
];

/** Examples that tests of their own run. */
const ELSEWHERE = [
  ...[
    'demo',
    'first-boot',
    'template-rotation',
    'template-test',
    'replace',
    'template-nodes',
    'remove-from-nodes',
    'execution-environment',
  ],
  'describe',
  'drift',
  // By the API: test/api/examples.test.ts. AWX is not here to take its credential.
  ...['api', 'api-permissions', 'api-fleet', 'api-awx-credential'],
];

/** The only thing in an example that a user has to fill in. */
const PLACEHOLDER = 'sha256:...';

describe('examples', function () {
  this.timeout(300_000);
  let scene: Scene;
  let folder: string;
  before(async () => {
    scene = await startScene();
    await addPciDevice(scene.cluster, 'pve01', { address: '0000:01:00.0', iommuGroup: 1 });
    folder = mkdtempSync(join(scene.home, 'examples-'));
    cpSync(`${root}examples`, folder, { recursive: true });
    mkdirSync(join(folder, 'keys'), { recursive: true });
    writeFileSync(join(folder, 'keys/prod-app.pub'), `${scene.publicKey}\n`);
    const production = readFileSync(fileOf('production'), 'utf8');
    expect(production, 'what preflight refuses').to.contain(PLACEHOLDER);
    writeFileSync(fileOf('production'), production.replaceAll(PLACEHOLDER, `sha256:${scene.imageDigest}`));
  });
  after(() => scene.down());

  const fileOf = (name: string): string => join(folder, `${name}.yml`);
  const linesOf = async (vmid: number): Promise<readonly string[]> =>
    (await scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`)).split('\n');

  /** One process for all of them: most of the time of a run is Ansible's start. */
  function runAll(env: Readonly<Record<string, string>> = {}) {
    const [first = '', ...others] = EXAMPLES.map(({ name }) => fileOf(name));
    return scene.run(first, others, env);
  }

  it('run without a failure', async () => {
    const plays = EXAMPLES.flatMap(
      ({ name }) => readFileSync(fileOf(name), 'utf8').match(/^ {2}hosts:/gm) ?? [],
    );
    // With the facts that a user's Ansible gathers, though once for each host.
    const { rc, counts, output } = await runAll({ ANSIBLE_GATHERING: 'smart' });

    expect(rc, output).to.equal(0);
    expect(counts, output).to.include({ failed: 0, unreachable: 0 });
    expect(output.match(/^PLAY \[/gm)).to.have.lengthOf(plays.length);
  });

  for (const { name, vms } of EXAMPLES) {
    it(`${name}.yml makes ${Object.keys(vms).join(', ')}`, async () => {
      for (const [vmid, lines] of Object.entries(vms))
        expect(await linesOf(Number(vmid))).to.include.members([...lines]);
    });
  }

  it('change nothing and call nothing when they run again', async () => {
    await scene.newCalls();

    const { rc, counts, output } = await runAll();

    expect(rc, output).to.equal(0);
    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(await scene.newCalls()).to.deep.equal([]);
  });

  it('secure-boot.yml brings the keys and the TPM', async () => {
    const config = (await linesOf(211)).join('\n');

    expect(config)
      .to.match(/^efidisk0: .*pre-enrolled-keys=1/m)
      .and.to.match(/^tpmstate0: .*version=v2\.0/m);
  });

  it('are these, and those with a test of their own', () => {
    const names = readdirSync(`${root}examples`).filter(file => file.endsWith('.yml'));
    const known = [...EXAMPLES.map(({ name }) => name), ...ELSEWHERE];

    expect(names).to.have.members(known.map(name => `${name}.yml`));
  });
});
