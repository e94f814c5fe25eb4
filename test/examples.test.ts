import { expect } from 'chai';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/modules.ts';
import { startScene, type Scene } from './scene.ts';

/** The examples of the specification, and the VM that each makes. */
const EXAMPLES = [
  ['basic', 200],
  ['static-ip', 201],
  ['predefined', 202],
  ['minimal', 999],
  ['production', 150],
] as const;

const PLACEHOLDER = 'sha256:...';

describe('examples', function () {
  this.timeout(120_000);
  let scene: Scene;
  let folder: string;
  before(async () => {
    scene = await startScene();
    folder = mkdtempSync(join(scene.home, 'examples-'));
    cpSync(`${root}examples`, folder, { recursive: true });
    mkdirSync(join(folder, 'keys'), { recursive: true });
    writeFileSync(join(folder, 'keys/prod-app.pub'), `${scene.publicKey}\n`);
  });
  after(() => scene.down());

  /** Runs a copy of the example; only the placeholder of a checksum may be replaced. */
  const run = (name: string, checksum: string) => {
    const file = join(folder, `${name}.yml`);
    writeFileSync(
      file,
      readFileSync(`${root}examples/${name}.yml`, 'utf8').replaceAll(PLACEHOLDER, checksum),
    );
    return scene.run(file);
  };

  for (const [name, vmid] of EXAMPLES) {
    it(`${name}.yml makes VM ${vmid}, and changes nothing when it runs again`, async () => {
      const { rc, output } = await run(name, `sha256:${scene.imageDigest}`);
      expect(rc, output).to.equal(0);
      const config = await scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);
      expect(config).to.contain('boot: order=scsi0').and.to.contain('serial0: socket');
      await scene.newCalls();

      const again = await run(name, `sha256:${scene.imageDigest}`);

      expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
      expect(await scene.newCalls()).to.deep.equal([]);
    });
  }

  it('the playbook in README.md makes its VM when it is pasted', async () => {
    const readme = readFileSync(`${root}README.md`, 'utf8');
    const playbook = /```yaml\n(---\n[^`]*)```/.exec(readme)?.[1] ?? '';
    expect(playbook).to.contain('include_role').and.to.contain('tags: [always]');
    const file = join(folder, 'pasted.yml');
    writeFileSync(file, playbook.replace('proxmox_vm_vmid: 999', 'proxmox_vm_vmid: 998'));

    const { rc, output } = await scene.run(file);

    expect(rc, output).to.equal(0);
    expect(await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/998.conf')).to.contain(
      'name: test-vm',
    );
  });

  it('production.yml is refused while its checksum is the placeholder', async () => {
    const { rc, output } = await run('production', PLACEHOLDER);

    expect(rc).not.to.equal(0);
    expect(output).to.contain('proxmox_vm_cloud_image_checksum').and.to.contain('sha256:...');
  });
});
