import { expect } from 'chai';
import { filledBundle, MODULE_PROCESS, type ModuleResult } from '../bundle.ts';
import { changed, startOwnershipScene, type Arguments, type Scene, type State } from './scene.ts';

const LARGE = '/root/large.qcow2';
const KEY_READER = '/usr/bin/virt-fw-vars';
const FAULTS = '/etc/testnode/faults.json';
const NOTES = '/var/lib/proxmox-role';
const WEB = { vmid: 500, name: 'web', disk_storage: 'local' };
/** Kept on purpose under numbers that the role uses, or another cluster's: nothing of ours. */
const STRANGERS = [500, 501, 502].map(vmid => `/var/lib/vz/images/${vmid}/vm-${vmid}-disk-7.raw`);

describe('work that was interrupted', function () {
  this.timeout(180_000);
  let scene: Scene;
  let foreign: State;
  before(async () => {
    scene = await startOwnershipScene();
    for (const path of STRANGERS) await scene.hand.run('install', '-D', '/etc/hostname', path);
    await scene.hand.run('sh', '-c', 'dd if=/dev/urandom of=/root/large.raw bs=1M count=24 status=none');
    await scene.hand.run('qemu-img', 'convert', '-O', 'qcow2', '/root/large.raw', LARGE);
    foreign = await scene.everything();
  });
  after(() => scene.cluster.down());
  afterEach('volumes of others are as they were, none is left over, and no note', async () => {
    await fault();
    const after = await scene.everything();
    const gone = changed(foreign, after);
    console.log(`      ${foreign.size} files of others in the scene, ${gone.length} changed`);
    expect(gone).to.deep.equal([]);
    expect(await orphans(after)).to.deep.equal([]);
    expect(await scene.hand.run('sh', '-c', `ls -A ${NOTES} 2>/dev/null || true`)).to.equal('');
  });

  const fault = (...commands: readonly Arguments[]): Promise<void> =>
    scene.cluster.writeFile('pve01', FAULTS, JSON.stringify({ commands }));

  /** Volumes that no configuration names. */
  async function orphans(state: State): Promise<readonly string[]> {
    const configs = await scene.hand.run('sh', '-c', 'cat /etc/pve/nodes/*/qemu-server/*.conf || true');
    return [...state.keys()]
      .filter(path => /\/(?:images|testnode)\//.test(path) && !foreign.has(path) && !path.endsWith('.base'))
      .filter(path => !configs.includes(path.split('/').at(-1)!));
  }

  /** Kills a module and all that it has started, or the module alone, when something like that runs. */
  async function killed(name: string, args: Arguments, pattern: string, all: boolean): Promise<void> {
    const run = scene.cluster.exec('pve01', ['/bin/sh'], { stdin: filledBundle(name, args) });
    await scene.untilRuns(pattern);
    // All at once: who is left would clean up after the others.
    const programs = all ? `${MODULE_PROCESS}|qm\\.cjs|/usr/sbin/qm|qemu-img convert` : MODULE_PROCESS;
    await scene.cluster.exec('pve01', ['pkill', '-KILL', '-f', programs]);
    await run;
  }

  /** Changes how the node behaves; answers how it did. */
  const setting = async (change: Arguments): Promise<Arguments> => {
    const path = '/etc/testnode/settings.json';
    const settings = JSON.parse(await scene.cluster.readFile('pve01', path)) as Arguments;
    await scene.cluster.writeFile('pve01', path, JSON.stringify({ ...settings, ...change }));
    return { firmwareKeys: '2023', ...settings };
  };
  const slowCopies = (copyRate: number): Promise<unknown> => setting({ copyRate });
  const done = async (name: string, args: Arguments): Promise<ModuleResult> => {
    const result = await scene.module(name, args);
    expect(result.failed, `${name}: ${result.msg}`).to.equal(false);
    return result;
  };

  it('a creation with an EFI disk and a data disk is begun anew', async () => {
    await fault({ match: ['qm', 'create'], killWorkerAt: 'allocated', times: 1 });
    const args = { ...WEB, uefi: true, disks: { scsi1: 'local:1' } };
    const first = await scene.module('vm_create', args);
    expect(first.failed).to.equal(true);

    const foreseen = await scene.module('vm_create', { ...args, _ansible_check_mode: true });
    await done('vm_create', args);

    expect(foreseen.msg).to.contain('would remove what an interrupted creation of VM 500 (web) has left');
    expect(await scene.hand.config(500))
      .to.match(/^efidisk0: /m)
      .and.to.match(/^scsi1: /m);
  });

  for (const all of [true, false]) {
    it(`an import is finished when ${all ? 'all of it' : 'only the module'} was killed`, async () => {
      const vm = { ...WEB, vmid: all ? 501 : 503 };
      await done('vm_create', { ...vm, image_disk: 'scsi0' });
      await slowCopies(4);
      const args = { vmid: vm.vmid, name: 'web', image: LARGE, storage: 'local' };
      await killed('qm_import_disk', args, 'qemu-img convert', all);
      await slowCopies(0);

      const { msg } = await done('qm_import_disk', args);

      if (all) expect(msg).to.contain('remove local:501/vm-501-disk-0.raw, which the import');
      expect(await scene.hand.config(vm.vmid)).to.match(/^scsi0: local:/m);
      expect((await done('qm_import_disk', args))['changed']).to.equal(false);
    });
  }

  for (const at of ['started', 'allocated', 'copied']) {
    it(`a clone whose worker was killed when it had ${at} is made anew`, async () => {
      if (at === 'started') {
        await done('qm_import_disk', { vmid: 500, name: 'web', image: LARGE, storage: 'local' });
        await done('template_convert', { vmid: 500, name: 'web' });
      }
      await fault({ match: ['qm', 'clone'], killWorkerAt: at, times: 1 });
      const clones = [{ name: `copy-${at}`, vmid: 510 + at.length, full: true, start: false }];
      const args = { vmid: 500, name: 'web', clones, retries: 0 };
      const first = await scene.module('vm_clone', args);
      expect(String(first['warnings']), first.msg).to.contain('qm clone 500');
      // The worker writes the stub.
      if (at !== 'started')
        expect(String(first['warnings'])).to.match(
          /VM (\d+) is left with "lock: clone": the next run makes it anew, and `qm destroy \1 --skiplock 1` removes it/,
        );

      const second = await done('vm_clone', args);

      expect(second['warnings'], second.msg).to.equal(undefined);
      const config = await scene.hand.config(510 + at.length);
      expect(config).to.match(new RegExp(`^name: copy-${at}$`, 'm'));
      expect(config, 'an id of its own').to.match(/"id"%3A"[0-9a-f]{8}-/);
    });
  }

  for (const storage of ['local', 'local-lvm'])
    it(`an EFI disk that a failed creation leaves on ${storage} is named and removed at once`, async () => {
      await scene.hand.run('mv', KEY_READER, '/root/key-reader');
      const vm = { vmid: 520, name: 'efi', disk_storage: storage, uefi: true, efi_pre_enrolled_keys: true };
      const { failed, msg } = await scene.module('vm_create', vm);
      await scene.hand.run('mv', '/root/key-reader', KEY_READER);

      expect(failed).to.equal(true);
      expect(msg).to.match(
        /virt-fw-vars.*; it had left [\w-]+:(520\/)?vm-520-disk-0(\.\w+)?, which was removed/,
      );
      expect(await orphans(await scene.everything())).to.deep.equal([]);
    });

  it('a creation on block storage that was killed is begun anew', async () => {
    await fault({ match: ['qm', 'create', '521'], killWorkerAt: 'allocated', times: 1 });
    const vm = { vmid: 521, name: 'killed', disk_storage: 'tank', uefi: true };
    expect((await scene.module('vm_create', vm)).failed).to.equal(true);

    await done('vm_create', vm);

    expect(await scene.hand.config(521)).to.match(/^efidisk0: tank:/m);
    await scene.hand.qm('destroy', 521);
  });

  it('a stub of somebody else under that number is not taken for ours', async () => {
    const stub = '/etc/pve/qemu-server/502.conf';
    await scene.cluster.writeFile('pve01', stub, '# qmclone temporary file\nlock: clone\n');
    const clones = [{ name: 'copy', vmid: 502, full: true, start: false }];

    const { warnings } = await scene.module('vm_clone', { vmid: 500, name: 'web', clones, retries: 0 });

    expect(String(warnings)).to.contain('qm unlock 502');
    expect(await scene.cluster.readFile('pve01', stub)).to.contain('lock: clone');
    await scene.hand.run('rm', stub);
  });
});
