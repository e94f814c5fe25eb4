import { expect } from 'chai';
import { guestImage } from '../../testnode/guest/image.ts';
import { everywhere } from '../../testnode/image-server/catalogue.ts';
import { qm } from '../../testnode/test/guest-scene.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { fileDigests } from '../file-digests.ts';
import { publishImage } from '../published-image.ts';
import { startScene, type Scene } from '../scene.ts';

const EXAMPLE = 'examples/template-test.yml';
const GENERATIONS = '/etc/pve/qemu-server';
/** An emulated guest takes minutes where others use the processors, too. */
const VARIABLES = {
  proxmox_disk_storage: 'local',
  proxmox_vm_memory: 1024,
  proxmox_vm_template_test_timeout: 1500,
  proxmox_vm_create_clones: true,
  proxmox_vm_clones: [{ name: 'web-01', vmid: 301, start: false }],
};
/** What cloud-init runs at last fails. */
const BROKEN = { proxmox_vm_cloud_init_user_data: '#cloud-config\nruncmd: [exit 3]\n' };
const CANNOT_START = { proxmox_vm_extra_config: { hotplug: 'memory' } };

type More = Readonly<Record<string, unknown>>;

describe('a template that is tested by a guest that boots', function () {
  this.timeout(1_800_000);
  this.slow(600_000);
  let scene: Scene;
  let byApi: Scene;
  let image: string;
  /** As it is when the first generation has passed. */
  let untouched: ReadonlyMap<string, string>;
  before(async () => {
    image = await guestImage(message => process.stderr.write(`${message}\n`));
    scene = await startScene({ guests: 'boot' }, everywhere(image));
    byApi = await sceneByApi(scene);
    await qm(scene.cluster, 'create', '100', '--name', 'customer-db', '--scsi0', 'local:0.001');
  });
  after(() => scene.down());

  const run = (door: Scene, more: More = {}): ReturnType<Scene['run']> =>
    door.run(EXAMPLE, ['-e', JSON.stringify({ ...VARIABLES, ...more })]);

  /** Every configuration, volume and text for cloud-init, by a digest of each. */
  const everything = (): Promise<ReadonlyMap<string, string>> =>
    fileDigests(scene.cluster, 'pve01', [
      ...['/etc/pve', '/var/lib/vz/images', '/var/lib/vz/snippets', '/var/lib/vz/template/iso'],
      ...['-type', 'f', '!', '-name', '*genericcloud*'],
    ]);

  const names = async (): Promise<Readonly<Record<string, string>>> => {
    const { stdout } = await scene.cluster.exec('pve01', ['grep', '-r', '^name: ', GENERATIONS]);
    return Object.fromEntries(
      [...stdout.matchAll(/(\d+)\.conf:name: (.*)$/gm)].map(([, vmid = '', name = '']) => [vmid, name]),
    );
  };

  const FIRST = { 100: 'customer-db', 301: 'web-01', 9000: 'debian-12' };

  /** A run that fails, with what its test says of the new generation. */
  async function failure(door: Scene, more: More): Promise<string> {
    const { rc, output } = await run(door, more);
    expect(rc, output).not.to.equal(0);
    const [said] = /did not pass its test: .*/.exec(output.replaceAll(/\s+/g, ' ')) ?? [];
    return said ?? expect.fail(output);
  }

  it('has its name, and clones, when one has come up well, by the API; the next run does nothing', async () => {
    const { rc, output } = await run(byApi);

    expect(rc, output).to.equal(0);
    expect(output).to.contain('test (cloud-init): passed');
    expect(await names()).to.deep.equal(FIRST);
    untouched = await everything();
    const again = await run(byApi);
    expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
    expect(await everything()).to.deep.equal(untouched);
  });

  it('is kept, if asked for, when cloud-init fails in one, by SSH, with what the guest tells of it', async () => {
    const said = await failure(scene, { ...BROKEN, proxmox_vm_template_test_keep: true });

    expect(said, said)
      .to.contain('cloud-init ended with "error"; errors of cloud-init: ')
      .and.to.match(/units that failed: [^;]*cloud-final\.service/)
      .and.to.match(/its console \(`qm terminal \d+`\) showed last: .*\S/)
      .and.to.contain('this generation is kept, and tested again by the next run');
    expect(await names()).to.deep.equal({ ...FIRST, 9001: 'debian-12-g2' });
    const found = await everything();
    const others = new Map([...found].filter(([path]) => !path.includes('9001')));
    expect(others).to.deep.equal(untouched);
  });

  it('goes when it fails again and is not to be kept, and everything is as it was', async () => {
    const said = await failure(scene, BROKEN);

    expect(said, said)
      .to.contain('cloud-init ended with "error"; errors of cloud-init: ')
      .and.to.contain('this generation is removed');
    expect(await names()).to.deep.equal(FIRST);
    expect(await everything()).to.deep.equal(untouched);
  });

  it('goes when its clone cannot be started, by SSH, with the reason', async () => {
    const said = await failure(scene, CANNOT_START);

    expect(said, said)
      .to.contain('its clone cannot be started: ')
      .and.to.contain('NUMA needs to be enabled for memory hotplug');
    expect(await everything()).to.deep.equal(untouched);
  });

  it('goes when its guest never answers, by the API, and says within what time', async () => {
    await publishImage(scene, '96M', false);
    const said = await failure(byApi, { proxmox_vm_template_test_timeout: 20 });

    expect(said, said).to.contain(
      'its guest agent did not answer within 20 s; its console in the web interface',
    );
    expect(await everything()).to.deep.equal(untouched);
  });

  it('is the current one still, after all of that', async () => {
    // The image is fetched again, and is the one that it was.
    await scene.images.addFiles(everywhere(image));
    const { rc, output } = await run(byApi);

    expect(rc, output).to.equal(0);
    expect(await everything()).to.deep.equal(untouched);
  });
});
