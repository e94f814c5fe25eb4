import { expect } from 'chai';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { startScene, type Scene } from '../scene.ts';

const TWICE = 'test/playbooks/twice.yml';
/** Then nothing is settled, and every stage runs. */
const ALL_STAGES = ['-e', '{"proxmox_role_preflight": {"vm_exists": true}}'];

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

describe('a second run of the role', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    const program = join(scene.home, 'ssh');
    writeFileSync(program, `#!/bin/sh\necho >> ${program}.log\nexec ssh "$@"\n`);
    chmodSync(program, 0o755);
    const { rc, output } = await scene.run(TWICE);
    expect(rc, output).to.equal(0);
  });
  after(() => scene.down());

  /** Runs the playbook, and tells how often it went to the node. */
  async function run(args: readonly string[] = []): Promise<PlaybookRun & { readonly trips: number }> {
    const program = join(scene.home, 'ssh');
    writeFileSync(`${program}.log`, '');
    const ran = await scene.run(TWICE, args, { ANSIBLE_SSH_EXECUTABLE: program });
    expect(ran.rc, ran.output).to.equal(0);
    return { ...ran, trips: readFileSync(`${program}.log`, 'utf8').length };
  }

  it('goes to the node once for each VM, passes over the stages by their names, and says what it said with them', async () => {
    const [short, long] = [await run(), await run(ALL_STAGES)];

    expect(short.counts).to.include({ changed: 0, failed: 0 });
    expect(long.counts).to.include({ changed: 0, failed: 0 });
    expect(short.trips).to.equal(2);
    expect(long.trips).to.equal(7 + 6);
    expect(told(short)).to.deep.equal(told(long));
    expect(told(short).join('\n')).to.contain('web-01').and.to.contain('10.98.0.50');
    for (const stage of ['2, download-image', '3, create-vm', '4, configure-vm', '6, create-clones'])
      expect(short.output).to.match(new RegExp(`TASK \\[proxmox : Stage ${stage}\\] \\*+\nskipping: `));
  });

  it('says what waits for a restart, with every stage or without', async () => {
    await scene.cluster.exec('pve01', ['qm', 'set', '250', '--memory', '2048']);
    const wish = ['-e', 'memory=2048', '-e', 'machine=q35'];
    const [short, long] = [await run(wish), await run([...wish, ...ALL_STAGES])];

    expect(short.trips).to.equal(2);
    expect(short.output).to.contain('waits for its next start').and.to.contain('needs a stop');
    expect(told(short)).to.deep.equal(told(long));
  });

  it('runs every stage from the first that has something to do, and shows it whole', async () => {
    const wish = ['-e', 'memory=2048', '-e', 'machine=q35'];
    await scene.cluster.exec('pve01', ['qm', 'set', '250', '--onboot', '0']);
    const seen = await run([...wish, '--check', '--diff']);

    expect(seen.output).to.contain('-onboot: 0').and.to.contain('+onboot: 1');
    // Of the template all is settled, of the VM from its settings on nothing.
    expect(seen.trips).to.equal(1 + 5);

    const { counts } = await run(wish);
    expect(counts).to.include({ changed: 1 });
    expect((await run(wish)).trips).to.equal(2);
  });

  it('runs a stage alone without it', async () => {
    const { output, trips } = await run(['--tags', 'vm,configure']);

    expect(trips).to.equal(3 + 4);
    expect(output).to.match(/Check the node and the settings\] \*+\nskipping: /);
  });
});
