import { expect } from 'chai';
import { execa } from 'execa';
import { join } from 'node:path';
import { everywhere } from '../../testnode/image-server/catalogue.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { countFaults, countsIn } from '../faults/counts.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const EXAMPLE = 'examples/replace.yml';
const CONFIG = '/etc/pve/qemu-server/231.conf';

describe('a VM that gets a new system', function () {
  this.timeout(600_000);
  let scene: Scene;
  let byApi: Scene;
  before(async () => {
    scene = await startScene({ settings: { guestsCount: true } });
    byApi = await sceneByApi(scene);
    await publish('64M', true);
    const made = await run(scene);
    expect(made.rc, made.output).to.equal(0);
    await scene.newCalls();
  });
  after(() => scene.down());

  async function publish(bytes: string, boots: boolean): Promise<void> {
    const image = join(scene.home, `${bytes}.qcow2`);
    await execa('qemu-img', ['create', '-q', '-f', 'qcow2', image, bytes]);
    const signature = ['-c', 'write -P 0x55 510 1', '-c', 'write -P 0xaa 511 1'];
    if (boots) await execa('qemu-io', ['-f', 'qcow2', ...signature, image]);
    await scene.images.addFiles(everywhere(image));
  }

  const run = (door: Scene, args: readonly string[] = []): ReturnType<Scene['run']> => {
    const variables = {
      // A text for cloud-init has another place by each door, and here they take turns.
      proxmox_vm_cloud_init_install_agent: false,
      proxmox_vm_shutdown_timeout: 5,
    };
    return door.run(EXAMPLE, ['-e', JSON.stringify(variables), ...args]);
  };

  const config = (): Promise<string> => scene.cluster.readFile('pve01', CONFIG);
  const lineOf = async (key: string): Promise<string> =>
    new RegExp(`^${key}: .*$`, 'm').exec(await config())?.[0] ?? '';
  const volumes = async (): Promise<readonly string[]> =>
    (await scene.cluster.exec('pve01', ['pvesm', 'list', 'local-lvm', '--vmid', '231'])).stdout.match(
      /^local-lvm:vm-231-\S+/gm,
    ) ?? [];
  /** Boot disks of the VM's starts, in their order. */
  const starts = async (): Promise<readonly string[]> =>
    [
      ...(await scene.cluster.readFile('pve01', '/var/lib/testnode/guests.log')).matchAll(
        /^start 231 \d+ ([^,\s]+)/gm,
      ),
    ].map(([, disk = '']) => disk);

  async function isSettled(door: Scene): Promise<void> {
    await scene.newCalls();
    const { counts, output } = await run(door);
    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(changing(await scene.newCalls())).to.deep.equal([]);
  }

  const identity = async (): Promise<readonly string[]> =>
    Promise.all(['net0', 'name', 'scsi2', 'vmgenid', 'smbios1'].map(lineOf));

  it('is left alone while its image is the same', async () => {
    await isSettled(scene);
    const before = await config();
    // It has its images elsewhere, and fetches one of its own.
    const { rc, output } = await run(byApi);
    expect(rc, output).to.equal(0);
    expect(await config()).to.equal(before);
    await isSettled(byApi);
  });

  for (const [name, bytes] of [
    ['SSH', '96M'],
    ['the API', '128M'],
  ] as const)
    it(`has the newer image by ${name}, and all else as it was, and the next run does nothing`, async () => {
      const door = name === 'SSH' ? scene : byApi;
      await publish(bytes, true);
      const [before, old] = [await identity(), await lineOf('scsi0')];
      const checked = await run(door, ['--check', '--diff']);
      expect(checked.rc, checked.output).to.equal(0);
      expect(checked.output).to.contain('system: to be replaced');
      expect(await lineOf('scsi0')).to.equal(old);
      await scene.newCalls();

      const { rc, output } = await run(door);

      expect(rc, output).to.equal(0);
      expect(output).to.contain('system: replaced by that of');
      expect(await identity()).to.deep.equal(before);
      expect(await lineOf('scsi0')).not.to.equal(old);
      expect(await volumes()).to.have.lengthOf(2);
      expect(await config()).not.to.match(/^unused|replacing/m);
      await isSettled(door);
    });

  it('has its old system again where the newer image does not come up, by either door, and is told why', async () => {
    await publish('160M', false);
    for (const door of [scene, byApi]) {
      const [before, held] = [await config(), await volumes()];
      const { rc, output } = await run(door, ['-e', 'proxmox_vm_wait_timeout=5']);
      const text = output.replaceAll(/\s+/g, ' ');

      expect(rc, output).not.to.equal(0);
      expect(text)
        .to.contain(
          'cannot replace the system of VM 231 (shop-db): its guest agent did not answer within 5 s',
        )
        .and.to.contain('the old disk is in its place again')
        .and.to.contain('proxmox_vm_replace: never');
      expect(await config()).to.equal(before);
      expect(await volumes()).to.deep.equal(held);
      expect((await starts()).at(-1)).to.equal((await lineOf('scsi0')).split(/[ ,]/)[1]);
    }
  });

  it('never had two guests on its data, and nothing that they wrote was lost', async () => {
    expect(await starts()).to.have.lengthOf(7);
    const log = await scene.cluster.readFile('pve01', '/var/lib/testnode/guests.log');
    expect(countsIn(log)).not.to.have.lengthOf(0);
    expect(await countFaults(scene.cluster)).to.deep.equal([]);
  });

  it('is refused, and nothing is changed, where it has a snapshot', async () => {
    await publish('192M', true);
    const taken = await scene.cluster.exec('pve01', ['qm', 'snapshot', '231', 'before']);
    expect(taken.rc, taken.stderr).to.equal(0);
    const before = await config();
    const { rc, output } = await run(scene);

    expect(rc, output).not.to.equal(0);
    expect(output).to.contain('qm delsnapshot 231');
    expect(await config()).to.equal(before);
  });
});
