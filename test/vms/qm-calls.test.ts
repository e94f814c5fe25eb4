import { expect } from 'chai';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import type { LoggedCommand } from '../../testnode/pve/runtime/command-log.ts';
import { filledBundle, type ModuleResult } from '../bundle.ts';

const NODE = 'pve01';
const QM = '/usr/sbin/qm';
const MODULE = '/usr/share/perl5/PVE/CLI/qm.pm';
const TEMPLATE = { vmid: 9000, name: 'golden' };
/** The Perl process that makes the calls of a module; its program names what it loads. */
const PERL = '^/usr/bin/perl -e';

/** What may stand in the way of a process that has loaded what `qm` loads; and how that is undone. */
const OBSTACLES: Readonly<Record<string, readonly [make: string, undo: string]>> = {
  'a qm of another shape': [
    `cp -p ${QM} /root/qm; sed -i 's/^use warnings;/use warnings; use POSIX;/' ${QM}`,
    `cp -p /root/qm ${QM}`,
  ],
  'another qm before it': [
    `printf '#!/bin/sh\\nexec ${QM} "$@"\\n' > /usr/local/sbin/qm; chmod +x /usr/local/sbin/qm`,
    'rm /usr/local/sbin/qm',
  ],
  'no memory to spare': [
    'echo "MemAvailable: 500000 kB" > /root/meminfo; mount --bind /root/meminfo /proc/meminfo',
    'umount /proc/meminfo',
  ],
  'a module that says something when it is loaded': [
    `cp -p ${MODULE} /root/qm.pm; sed -i 's/^1;/print "loaded\\\\n" if $0 eq "-e"; 1;/' ${MODULE}`,
    `cp -p /root/qm.pm ${MODULE}`,
  ],
  'a module that another program cannot load': [
    `cp -p ${MODULE} /root/qm.pm; sed -i 's/^1;/die if $0 eq "-e"; 1;/' ${MODULE}`,
    `cp -p /root/qm.pm ${MODULE}`,
  ],
};

describe('calls of qm by one process that has loaded what qm loads', function () {
  this.timeout(180_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await startNodes();
    await sh('qm create 9000 --name golden --scsi0 local:1,format=qcow2 --net0 virtio,bridge=vmbr0');
    await sh('qm template 9000');
  });
  after(() => cluster.down());
  afterEach('no process is left', async () => {
    expect((await cluster.exec(NODE, ['pgrep', '-af', `${PERL}|qm[.]cjs`])).stdout).to.equal('');
  });

  const sh = (script: string): Promise<string> => cluster.succeed(NODE, ['sh', '-c', script]);

  const clones = async (numbers: readonly number[], more: object = {}): Promise<ModuleResult> => {
    const wanted = numbers.map(vmid => ({ vmid, name: `node-${vmid}`, memory: 1024, start: false }));
    const args = { ...TEMPLATE, clones: wanted, parallel: 1, clone_errors: 'fail', ...more };
    const { stdout } = await cluster.exec(NODE, ['/bin/sh'], { stdin: filledBundle('vm_clone', args) });
    return JSON.parse(stdout) as ModuleResult;
  };

  /** What work called, and with what arguments but its own numbers. */
  async function callsOf(work: () => Promise<unknown>): Promise<readonly LoggedCommand[]> {
    const before = (await cluster.commands(NODE)).length;
    await work();
    return (await cluster.commands(NODE)).slice(before);
  }
  const remove = (...numbers: readonly number[]): Promise<string> =>
    sh(numbers.map(vmid => `qm destroy ${vmid}`).join('; '));
  const config = (vmid: number): Promise<string> => sh(`cat /etc/pve/qemu-server/${vmid}.conf`);
  /** Without what is made at random. */
  const masked = (what: unknown): string =>
    JSON.stringify(what).replaceAll(
      /(?:[0-9A-F]{2}:){5}[0-9A-F]{2}|[0-9a-f]{8}-[0-9a-f-]{27}|ctime=\d+|seal[^}]*/g,
      '…',
    );

  it('are the same as calls that start it, in the same order, with the same result', async () => {
    const results: ModuleResult[] = [];
    const configs: string[] = [];
    const make = async (qm: string): Promise<readonly LoggedCommand[]> => {
      const calls = await callsOf(async () => results.push(await clones([301, 302], { qm })));
      configs.push(await config(301), await config(302));
      await remove(301, 302);
      return calls;
    };
    const [warm, plain] = [await make('auto'), await make('plain')];

    const called = (calls: readonly LoggedCommand[]): string =>
      masked(calls.map(({ argv, rc }) => ({ argv, rc })));
    expect(called(warm)).to.equal(called(plain));
    expect(warm.every(({ isPreloaded }) => isPreloaded)).to.equal(true);
    expect(plain.some(({ isPreloaded }) => isPreloaded)).to.equal(false);
    expect(masked(configs.slice(0, 2))).to.equal(masked(configs.slice(2)));
    const [first, second] = results.map(({ qm_calls, ...result }) => ({ qm_calls, result }));
    expect(first?.qm_calls).to.deep.equal({ warm: warm.length, plain: 0 });
    expect(second?.qm_calls).to.deep.equal({ warm: 0, plain: plain.length });
    expect(masked(first?.result)).to.equal(masked(second?.result));
  });

  it('start it where one call is all', async () => {
    const args = { ...TEMPLATE, clones: [{ vmid: 301, name: 'node-301', start: false }] };
    const calls = await callsOf(() =>
      cluster.exec(NODE, ['/bin/sh'], { stdin: filledBundle('vm_clone', args) }),
    );
    await remove(301);

    expect(calls).to.have.lengthOf(1);
    expect(calls[0]?.isPreloaded).to.equal(undefined);
  });

  for (const [obstacle, [make, undo]] of Object.entries(OBSTACLES)) {
    it(`start it where there is ${obstacle}`, async () => {
      await sh(make);
      const result = await clones([301]);
      await sh(undo);
      await remove(301);

      expect(result.failed, result.msg).to.equal(false);
      expect(result['qm_calls']).to.deep.include({ warm: 0 });
    });
  }

  it('are made by two modules at once on one node', async () => {
    const results = await Promise.all([clones([301]), clones([302])]);
    await remove(301, 302);

    expect(results.map(({ failed, qm_calls }) => ({ failed, qm_calls }))).to.deep.equal(
      Array(2).fill({ failed: false, qm_calls: { warm: 2, plain: 0 } }),
    );
  });

  it('fail with the reason that qm gives', async () => {
    const fault = { match: ['qm', 'clone'], fail: { text: 'storage is on fire\n', exitCode: 255 } };
    await cluster.writeFile(NODE, '/etc/testnode/faults.json', JSON.stringify({ commands: [fault] }));
    const result = await clones([301, 302]);
    await sh('rm /etc/testnode/faults.json');

    expect(result.failed).to.equal(true);
    expect(result.msg).to.contain('qm clone 9000: storage is on fire');
  });

  /** Kills what fits the pattern while the first `qm set` waits. */
  async function killed(pattern: string): Promise<ModuleResult> {
    const fault = { match: ['qm', 'set'], delay: 2, times: 1 };
    await cluster.writeFile(NODE, '/etc/testnode/faults.json', JSON.stringify({ commands: [fault] }));
    await sh('rm -rf /run/testnode/faults');
    const run = clones([301, 302]);
    await sh("until pgrep -f 'qm[.]cjs set' > /dev/null; do sleep 0.05; done");
    await sh(`pkill -KILL -f '${pattern}'`);
    const result = await run;
    await sh('rm /etc/testnode/faults.json');
    return result;
  }

  it('are looked at anew when the process is killed, and the rest start qm', async () => {
    const result = await killed(PERL);
    const configs = [await config(301), await config(302)];
    await remove(301, 302);

    expect(result.failed, result.msg).to.equal(false);
    for (const text of configs) expect(text).to.contain('memory: 1024');
    expect(result['qm_calls']).to.deep.equal({ warm: 2, plain: 2 });
  });

  it('fail when they are killed themselves, and the others are made', async () => {
    const result = await killed('qm[.]cjs set');
    const next = await clones([301, 302]);
    await remove(301, 302);

    expect(result.failed).to.equal(true);
    expect(result.msg).to.contain('ended by signal 9');
    expect(next.failed, next.msg).to.equal(false);
  });
});
