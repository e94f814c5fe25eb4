import { expect } from 'chai';
import { publishImage } from '../published-image.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const EXAMPLE = 'examples/replace.yml';
const CONFIG = '/etc/pve/qemu-server/231.conf';
const LOG = '/var/lib/testnode/guests.log';

/** The VM of the example, whose guest counts on its data disk, and what is to be seen of it. */
export interface ReplacedVm {
  readonly scene: Scene;
  /** Puts another image under the URL of its image. */
  readonly publish: (bytes: string, boots: boolean) => Promise<void>;
  readonly run: (door: Scene, args?: readonly string[]) => ReturnType<Scene['run']>;
  readonly config: () => Promise<string>;
  readonly lineOf: (key: string) => Promise<string>;
  readonly volumes: () => Promise<readonly string[]>;
  /** Boot disks of the VM's starts, in their order. */
  readonly starts: () => Promise<readonly string[]>;
  readonly log: () => Promise<string>;
}

export async function startReplacedVm(): Promise<ReplacedVm> {
  const scene = await startScene({ settings: { guestsCount: true } });
  const vm = seenIn(scene);
  await vm.publish('64M', true);
  const { rc, output } = await vm.run(scene);
  expect(rc, output).to.equal(0);
  return vm;
}

function seenIn(scene: Scene): ReplacedVm {
  const config = (): Promise<string> => scene.cluster.readFile('pve01', CONFIG);
  const log = (): Promise<string> => scene.cluster.readFile('pve01', LOG);
  const variables = {
    // A text for cloud-init has another place by each door, and here they take turns.
    proxmox_vm_cloud_init_install_agent: false,
    proxmox_vm_shutdown_timeout: 5,
  };
  return {
    scene,
    publish: (bytes, boots) => publishImage(scene, bytes, boots),
    run: (door, args = []) => door.run(EXAMPLE, ['-e', JSON.stringify(variables), ...args]),
    config,
    lineOf: async key => new RegExp(`^${key}: .*$`, 'm').exec(await config())?.[0] ?? '',
    volumes: async () =>
      (await scene.cluster.exec('pve01', ['pvesm', 'list', 'local-lvm', '--vmid', '231'])).stdout.match(
        /^local-lvm:vm-231-\S+/gm,
      ) ?? [],
    starts: async () =>
      [...(await log()).matchAll(/^start 231 \d+ ([^,\s]+)/gm)].map(([, disk = '']) => disk),
    log,
  };
}

/** A run by that door changes nothing. */
export async function isSettled({ scene, run }: ReplacedVm, door: Scene): Promise<void> {
  await scene.newCalls();
  const { counts, output } = await run(door);
  expect(counts, output).to.include({ changed: 0, failed: 0 });
  expect(changing(await scene.newCalls())).to.deep.equal([]);
}

/** A run by that door gives it the newer image, and all else is as it was. */
export async function isReplaced(vm: ReplacedVm, door: Scene): Promise<void> {
  const identity = (): Promise<readonly string[]> =>
    Promise.all(['net0', 'name', 'scsi2', 'vmgenid', 'smbios1'].map(vm.lineOf));
  const [before, old] = [await identity(), await vm.lineOf('scsi0')];
  const { rc, output } = await vm.run(door);

  expect(rc, output).to.equal(0);
  expect(output).to.contain('system: replaced by that of');
  expect(await identity()).to.deep.equal(before);
  expect(await vm.lineOf('scsi0')).not.to.equal(old);
  expect(await vm.volumes()).to.have.lengthOf(2);
  expect(await vm.config()).not.to.match(/^unused|replacing/m);
  await isSettled(vm, door);
}

/** A run by that door fails, as the newer image does not come up, and all is as it was. */
export async function isReturned(vm: ReplacedVm, door: Scene): Promise<void> {
  const [before, held] = [await vm.config(), await vm.volumes()];
  const { rc, output } = await vm.run(door, ['-e', 'proxmox_vm_wait_timeout=5']);
  const text = output.replaceAll(/\s+/g, ' ');

  expect(rc, output).not.to.equal(0);
  expect(text)
    .to.contain('cannot replace the system of VM 231 (shop-db): its guest agent did not answer within 5 s')
    .and.to.contain('the old disk is in its place again')
    .and.to.contain('proxmox_vm_replace: never');
  expect(await vm.config()).to.equal(before);
  expect(await vm.volumes()).to.deep.equal(held);
  expect((await vm.starts()).at(-1)).to.equal((await vm.lineOf('scsi0')).split(/[ ,]/)[1]);
}
