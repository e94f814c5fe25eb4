import { expect } from 'chai';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { filledBundle, MODULE_PROCESS, type ModuleResult } from '../bundle.ts';

const WEB = { vmid: 700, name: 'web', disk_storage: 'local-lvm' };

/** A guest that listens to the power button: its disk says that it boots. */
const MAKE_BOOTABLE =
  'printf "\\125\\252" | dd of=/var/lib/testnode/local-lvm/vm-700-disk-0 bs=1 seek=510 conv=notrunc status=none';

/** The ordered delay leaves a file when it begins. */
const KILL_IN_REBOOT = `until ls /run/testnode/faults/*; do sleep 0.1; done > /dev/null 2>&1; pkill -KILL -f '${MODULE_PROCESS}'`;

describe('settings of a VM that runs', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await startNodes();
    await cluster.exec(
      'pve01',
      'qm create 700 --name web --memory 512 --machine pc --scsi0 local-lvm:1'.split(' '),
    );
    await cluster.exec('pve01', ['sh', '-c', MAKE_BOOTABLE]);
    await cluster.exec('pve01', ['qm', 'start', '700']);
  });
  after(() => cluster.down());

  /** Runs a module as Ansible does. */
  async function run(name: string, args: Readonly<Record<string, unknown>>): Promise<ModuleResult> {
    const stdin = filledBundle(name, args);
    const { stdout } = await cluster.exec('pve01', ['/bin/sh'], { stdin });
    return JSON.parse(stdout === '' ? '{"failed":true,"msg":"killed"}' : stdout) as ModuleResult;
  }

  const configure = (args: Readonly<Record<string, unknown>>): Promise<ModuleResult> =>
    run('vm_configure', { ...WEB, shutdown_timeout: 20, ...args });

  /** Calls of `qm` that some work makes. */
  async function callsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = (await cluster.commands('pve01')).length;
    await work();
    return (await cluster.commands('pve01')).slice(before).map(({ argv }) => argv.join(' '));
  }

  const config = (): Promise<string> => cluster.readFile('pve01', '/etc/pve/qemu-server/700.conf');
  const faults = (commands: readonly unknown[]): Promise<void> =>
    cluster.writeFile('pve01', '/etc/testnode/faults.json', JSON.stringify({ commands }));

  it('are told before anything is done, call by call', async () => {
    let result: ModuleResult | undefined;
    const calls = await callsOf(async () => {
      result = await configure({
        memory: 1024,
        onboot: true,
        apply: 'reboot',
        _ansible_check_mode: true,
        _ansible_diff: true,
      });
    });

    expect(calls).to.deep.equal([]);
    expect(result).to.deep.include({
      changed: true,
      steps: [
        {
          summary: 'set memory, onboot of VM 700 (web)',
          command: 'qm set 700 --memory 1024 --onboot 1',
          effects: { memory: 'reboot', onboot: 'live' },
          changes: [
            { key: 'memory', before: '512', after: '1024' },
            { key: 'onboot', after: '1' },
          ],
        },
        { summary: 'restart VM 700 (web)', command: 'qm reboot 700 --timeout 20' },
      ],
      diff: { before: 'memory: 512\n', after: 'memory: 1024\nonboot: 1\n' },
    });
  });

  it('restart nothing unless that is asked for, and what waits is told each time', async () => {
    for (const changed of [true, false]) {
      const result = await configure({ memory: 1024 });

      expect(result).to.deep.include({
        changed,
        pending: [{ key: 'memory', current: '512', pending: '1024' }],
      });
      expect(String(result['warnings'])).to.contain('apply: reboot restarts it');
    }
  });

  it('take effect with a restart, once', async () => {
    const args = { memory: 1024, apply: 'reboot' };

    expect(await callsOf(() => configure(args))).to.deep.equal(['qm reboot 700 --timeout 20']);
    expect(await config())
      .to.contain('memory: 1024')
      .and.not.to.contain('PENDING');
    expect(await callsOf(() => configure(args))).to.deep.equal([]);
  });

  it('are finished by the next run when one died before the restart', async () => {
    await faults([{ match: ['qm', 'reboot'], delay: 3600, times: 1, fail: { text: 'never' } }]);
    const args = { cores: 2, apply: 'reboot' };

    const running = configure(args);
    await cluster.exec('pve01', ['sh', '-c', KILL_IN_REBOOT]);
    const killed = await running;
    await faults([]);
    expect(killed).to.include({ msg: 'killed' });
    expect(await config()).to.match(/\[PENDING\]\ncores: 2/);

    expect(await callsOf(() => configure(args))).to.deep.equal(['qm reboot 700 --timeout 20']);
    expect(await config())
      .to.contain('cores: 2')
      .and.not.to.contain('PENDING');
  });

  it('say what was changed when the restart fails', async () => {
    await faults([
      { match: ['qm', 'reboot'], times: 1, fail: { text: 'VM quit/powerdown failed - got timeout' } },
    ]);

    const result = await configure({ sockets: 2, apply: 'reboot' });
    await faults([]);

    expect(result).to.include({ failed: true, changed: true });
    expect(result.msg).to.contain('cannot restart VM 700 (web): qm reboot 700: VM quit/powerdown failed');
  });

  it('of the machine itself wait for a stop', async () => {
    const wanted = { machine: 'q35' };
    expect(await callsOf(() => configure({ ...wanted, apply: 'reboot' }))).to.deep.equal([]);
    expect((await configure(wanted))['waiting']).to.deep.equal([
      { key: 'machine', current: 'pc', wanted: 'q35' },
    ]);

    const calls = await callsOf(() => configure({ ...wanted, apply: 'stop' }));

    expect(calls).to.deep.equal([
      'qm shutdown 700 --timeout 20 --forceStop 1',
      'qm set 700 --machine q35',
      'qm start 700',
    ]);
  });

  for (const [what, args, reason] of [
    [
      'an option that the role owns',
      { extra_config: { delete: 'scsi0' } },
      'delete in extra_config is an option',
    ],
    ['a GPU without a name', { gpu: [{}] }, 'gpu[0] has neither id nor mapping'],
  ] as const) {
    it(`are refused by the module itself: ${what}`, async () => {
      expect(await callsOf(() => configure(args))).to.deep.equal([]);
      const { failed, msg } = await configure(args);

      expect(failed).to.equal(true);
      expect(msg).to.contain(reason);
    });
  }

  it('keep a boot order that was declared, also when an image is imported', async () => {
    const vm = { vmid: 701, name: 'net', boot_order: 'order=net0' };
    const settings = { ...vm, disk_storage: 'local-lvm', image_disk: 'scsi0', disk_ssd: true };
    await cluster.exec('pve01', ['qemu-img', 'create', '-q', '-f', 'qcow2', '/tmp/image.qcow2', '1M']);
    await run('vm_create', settings);
    await run('qm_import_disk', { ...vm, storage: 'local-lvm', image: '/tmp/image.qcow2', ssd: true });

    const result = await run('vm_configure', settings);

    expect(result).to.include({ failed: false, changed: false });
    const text = await cluster.readFile('pve01', '/etc/pve/qemu-server/701.conf');
    expect(text)
      .to.contain('boot: order=net0')
      .and.to.match(/^scsi0: .*ssd=1/m);
  });
});
