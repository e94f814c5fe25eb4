import { expect } from 'chai';
import { execa } from 'execa';
import { join } from 'node:path';
import { everywhere } from '../../testnode/image-server/catalogue.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const EXAMPLE = 'examples/template-rotation.yml';
const CLONES = {
  proxmox_vm_create_clones: true,
  proxmox_vm_clones: [{ name: 'web-01', vmid: 301, start: false }],
};

describe('a template that gives way to newer generations', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.down());

  /** Runs the example with more variables, and gives what the summary said besides. */
  const run = (more: Readonly<Record<string, unknown>> = {}, args: readonly string[] = []) =>
    scene.run(EXAMPLE, ['-e', JSON.stringify({ proxmox_disk_storage: 'local', ...more }), ...args]);

  /** A distribution publishes another build under the same URL. */
  async function publish(bytes: string): Promise<void> {
    const image = join(scene.home, `image-${bytes}.qcow2`);
    await execa('qemu-img', ['create', '-q', '-f', 'qcow2', image, bytes]);
    await scene.images.addFiles(everywhere(image));
  }

  /** Names of VMs by number. */
  async function names(): Promise<Readonly<Record<string, string>>> {
    const script = 'cd /etc/pve/qemu-server && grep -H ^name: *.conf';
    const { stdout } = await scene.cluster.exec('pve01', ['sh', '-c', script]);
    const found = [...stdout.matchAll(/^(\d+)\.conf:name: (\S+)$/gm)];
    return Object.fromEntries(found.map(([, vmid = '', name = '']) => [vmid, name]));
  }

  const config = (vmid: number): Promise<string> =>
    scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);

  it('is made as its first generation, with a linked clone of it', async () => {
    const { rc, output } = await run(CLONES);

    expect(rc, output).to.equal(0);
    expect(await names()).to.deep.equal({ 301: 'web-01', 9000: 'debian-12' });
    expect(await config(9000)).to.contain('template: 1');
    expect(await config(301)).to.contain('base-9000-disk-0');
    expect(await config(301)).not.to.contain('family');
  });

  it('gives its name to one new generation when the image changes, also to two controllers at once', async () => {
    await publish('96M');
    await scene.newCalls();
    const checked = await run(CLONES, ['--check']);
    expect(checked.rc, checked.output).to.equal(0);
    expect(checked.output, checked.output).to.match(/image .*: to be fetched anew, because /);
    expect(checked.output).to.contain('and the image is one that is still to be fetched now');
    expect(checked.output).to.contain('would replace the one before');
    expect(changing(await scene.newCalls())).to.deep.equal([]);
    const before = await config(301);
    const clones = [...CLONES.proxmox_vm_clones, { name: 'web-02', vmid: 302, start: false }];
    const runs = await Promise.all([1, 2].map(() => run({ ...CLONES, proxmox_vm_clones: clones })));

    for (const { rc, output } of runs) expect(rc, output).to.equal(0);
    expect(await names()).to.deep.equal({
      301: 'web-01',
      302: 'web-02',
      9000: 'debian-12-g1',
      9001: 'debian-12',
    });
    expect(runs.map(({ output }) => output).join('')).to.match(
      /replaces the one before: it was made of .*, and the image is .* now/,
    );
    expect(await config(9001)).to.contain('template: 1');
    // The clone that was there is untouched, the new one is of the new generation.
    expect(await config(301)).to.equal(before);
    expect(await config(302)).to.contain('base-9001-disk-0');
  });

  it('finishes what a run left that was killed while it made the next generation, and removes what nobody needs', async () => {
    await publish('128M');
    const broken = { match: ['qm', 'template', '9002'], fail: { text: 'killed\n', exitCode: 255 } };
    await scene.cluster.writeFile(
      'pve01',
      '/etc/testnode/faults.json',
      JSON.stringify({ commands: [broken] }),
    );
    const first = await run(CLONES);
    expect(first.rc, first.output).not.to.equal(0);
    expect(await names()).to.include({ 9001: 'debian-12', 9002: 'debian-12-g3' });
    await scene.cluster.writeFile('pve01', '/etc/testnode/faults.json', '{"commands":[]}');
    await scene.cluster.exec('pve01', ['qm', 'destroy', '302', '--purge', '1']);
    await scene.newCalls();

    const { rc, output } = await run({ ...CLONES, proxmox_vm_template_keep: 1 });

    expect(rc, output).to.equal(0);
    expect(changing(await scene.newCalls())).to.deep.equal([
      'qm template 9002',
      'qm set 9002',
      'qm destroy 9001',
    ]);
    expect(await names()).to.deep.equal({ 301: 'web-01', 9000: 'debian-12-g1', 9002: 'debian-12' });
    expect(output).to.contain('kept: linked clones stand on it: web-01 (301)');
    expect(output).to.contain('removed: VM 9001');
  });
});
