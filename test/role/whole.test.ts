import { expect } from 'chai';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const TWICE = 'test/playbooks/twice.yml';
/** Then nothing is settled, and every stage runs. */
const ALL_STAGES = ['-e', '{"proxmox_role_preflight": {"vm_exists": true}}'];
/** One waits for a restart of the VM that runs, the other for a stop. */
const WAITING = ['-e', 'memory=2048', '-e', 'machine=q35'];

/** What a run says at its ends, and what it warns of, whichever task does so. */
const told = ({ output }: PlaybookRun): readonly string[] => [
  ...[
    ...output.matchAll(/^TASK \[(?:proxmox : Say what there is now|Tell what [^\]]*)\][^]*?(?=\n\n)/gm),
  ].map(([text]) => text.replace(/^TASK .*$/m, '')),
  ...new Set(
    [...output.matchAll(/^\[WARNING\]: ([^]*?)(?=\n\S|\n\n)/gm)].map(([, text = '']) =>
      text.replaceAll(/\s+/g, ' '),
    ),
  ),
];

describe('the role on a test node', function () {
  this.timeout(300_000);
  let scene: Scene;
  let program: string;
  before(async () => {
    scene = await startScene();
    program = join(scene.home, 'ssh');
    writeFileSync(program, `#!/bin/sh\necho >> ${program}.log\nexec ssh "$@"\n`);
    chmodSync(program, 0o755);
  });
  after(() => scene.down());

  /** Runs the playbook, and tells how often it went to the node. */
  async function run(args: readonly string[] = []): Promise<PlaybookRun & { readonly trips: number }> {
    writeFileSync(`${program}.log`, '');
    const ran = await scene.run(TWICE, args, { ANSIBLE_SSH_EXECUTABLE: program });
    expect(ran.rc, ran.output).to.equal(0);
    return { ...ran, trips: readFileSync(`${program}.log`, 'utf8').length };
  }

  it('names every change in check mode on an empty node, and makes none', async () => {
    const wish = ['-e', 'proxmox_vm_start_after_create=false'];
    const { output, counts } = await run(['--check', '--diff', ...wish]);

    expect(counts.changed).to.be.greaterThan(0);
    for (const change of [
      ...['name: debian-12', 'scsi0', 'ciuser: debian', 'template: 1', 'web-01', '10.98.0.101/24'],
      'VM 250 (runs) on pve01: to be made"',
    ])
      expect(output).to.contain(change);
    expect(output).not.to.contain('next: ssh');
    expect(await scene.newCalls()).to.deep.equal([]);
    expect((await scene.cluster.exec('pve01', ['ls', '/etc/pve/qemu-server'])).stdout).to.equal('');
  });

  it('makes VM, template and clones with three changing calls up to the configured VM', async () => {
    await run();

    const calls = changing(await scene.newCalls());
    expect(calls.filter(call => call.endsWith(' 9000') && !/template|clone/.test(call))).to.deep.equal([
      'qm create 9000',
      'qm set 9000',
      'qm resize 9000',
    ]);
    const config = await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/301.conf');
    expect(config).to.contain('ipconfig0: ip=10.98.0.101/24,gw=10.98.0.1');
  });

  it('goes to the node once for each VM in a second run, passes over the stages by their names, and says what it said with them, and what waits', async () => {
    await scene.cluster.exec('pve01', ['qm', 'set', '250', '--memory', '2048']);
    await scene.newCalls();
    const short = await run(WAITING);
    const calls = await scene.newCalls();
    const long = await run([...WAITING, ...ALL_STAGES]);

    expect(calls).to.deep.equal([]);
    expect(short.counts).to.include({ changed: 0, failed: 0 });
    expect(long.counts).to.include({ changed: 0, failed: 0 });
    expect(short.trips).to.equal(2);
    expect(long.trips).to.equal(7 + 6);
    expect(told(short)).to.deep.equal(told(long));
    expect(told(short).join('\n')).to.contain('web-01').and.to.contain('10.98.0.50');
    expect(short.output).to.contain('waits for its next start').and.to.contain('needs a stop');
    for (const stage of ['2, download-image', '3, create-vm', '4, configure-vm', '6, create-clones'])
      expect(short.output).to.match(new RegExp(`TASK \\[proxmox : Stage ${stage}\\] \\*+\nskipping: `));
  });

  it('runs every stage from the first that has something to do, and shows it whole', async () => {
    await scene.cluster.exec('pve01', ['qm', 'set', '250', '--onboot', '0']);
    const { output, counts, trips } = await run([...WAITING, '--diff']);

    expect(output).to.contain('-onboot: 0').and.to.contain('+onboot: 1');
    expect(counts).to.include({ changed: 1 });
    // Of the template all is settled, of the VM from its settings on nothing.
    expect(trips).to.equal(1 + 5);
  });

  it('runs a stage alone without preflight', async () => {
    const { output, trips } = await run(['--tags', 'vm,configure']);

    expect(trips).to.equal(3 + 4);
    expect(output).to.match(/Check the node and the settings\] \*+\nskipping: /);
  });
});
