import { expect } from 'chai';
import { join } from 'node:path';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import { openRestAccess } from '../host/rest-access.ts';
import type { LoadOrder, LoadReport } from './load-client.ts';

const IS_LONG = process.env['MANY'] === '1';
const CALLS = IS_LONG ? 1000 : 100;
const SECONDS = IS_LONG ? 120 : 0;
const VMID = 400;
const CLIENT = join(import.meta.dirname, 'load-client.ts');
/** Node.js itself takes 40 to 60 MiB; what a daemon would hoard of a thousand calls comes on top. */
const MOST_MIB = 180;
const MIB_OF_DAEMONS = `for p in $(pgrep -f 'pve(proxy|daemon)'); do
  awk '/^VmRSS/ { print int($2 / 1024) }' /proc/$p/status 2>/dev/null
done; true`;

describe(`${CALLS} calls of the REST API, eight at a time, with qm at work beside them`, () => {
  let cluster: Cluster;
  let report: LoadReport;
  let rounds: number;

  before(async () => {
    cluster = await startNodes();
    const access = await openRestAccess(cluster);
    await onNode(`qm create ${VMID} --memory 512`);
    const order: LoadOrder = {
      host: access.host,
      caFile: access.caFile,
      token: `root@pam!${access.tokenName}=${access.tokenSecret}`,
      vmid: VMID,
      calls: CALLS,
      seconds: SECONDS,
    };
    let isOver = false;
    const beside = qmBeside(() => isOver);
    const program = [process.execPath, '--import', import.meta.resolve('tsx'), CLIENT];
    const { rc, stdout, stderr } = await cluster.controllerExec([...program, JSON.stringify(order)]);
    isOver = true;
    rounds = await beside;
    expect(rc, stderr).to.equal(0);
    report = JSON.parse(stdout) as LoadReport;
  });
  after(() => cluster.down());

  const onNode = async (script: string): Promise<string> =>
    (await cluster.exec('pve01', ['bash', '-c', script])).stdout;

  /** Changes the same VM by `qm` until told to stop; answers how often. */
  async function qmBeside(isOver: () => boolean): Promise<number> {
    for (let round = 0; ; round += 1) {
      await cluster.succeed('pve01', ['qm', 'set', String(VMID), '--tags', `r${round}`]);
      if (isOver()) return round;
    }
  }

  it('gives no wrong answer', () => {
    expect(report.wrong).to.deep.equal([]);
    expect(report.calls).to.be.at.least(CALLS);
  });

  it('loses no change', async () => {
    const config = await onNode(`qm config ${VMID}`);

    for (const [option, value] of Object.entries(report.last))
      expect(config).to.include(`${option}: ${value}\n`);
    expect(config).to.include(`tags: r${rounds}\n`);
  });

  it('leaves no VM, no task and no lock', async () => {
    expect(await onNode('ls /etc/pve/qemu-server')).to.equal(`${VMID}.conf\n`);
    expect(await onNode('ls /run/testnode/tasks; pgrep -x flock')).to.equal('');
  });

  it('keeps the daemons small', async () => {
    const sizes = (await onNode(MIB_OF_DAEMONS)).trim().split('\n').map(Number);

    expect(sizes.length).to.be.at.least(2);
    expect(Math.max(...sizes)).to.be.below(MOST_MIB);
  });
});
