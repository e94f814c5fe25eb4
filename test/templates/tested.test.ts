import { expect } from 'chai';
import type { Faults } from '../../testnode/pve/runtime/faults.ts';
import { publishImage } from '../published-image.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const EXAMPLE = 'examples/template-test.yml';

/**
 * Agents at the places of QEMU's sockets: programs end as those of pretended guests do that the API asks for. Its command line
 * names no VMID: it would be taken for a program that works on that VM.
 */
const AGENTS = `
const { createServer } = require('node:net');
const { readFileSync } = require('node:fs');
const programs = () => JSON.parse(readFileSync('/etc/testnode/faults.json')).guestPrograms;
const answers = {
  'guest-network-get-interfaces': () => [],
  'guest-exec': ({ arg }) => ({ pid: 1 + programs().findIndex(({ match }) => arg.join(' ').includes(match)) }),
  'guest-exec-status': ({ pid }) => {
    const { exitCode = 0, output = '' } = programs()[pid - 1] ?? {};
    return { exited: true, exitcode: exitCode, 'out-data': Buffer.from(output).toString('base64') };
  },
};
for (const index of [1, 2, 3]) createServer(socket => socket.on('data', data => {
  for (const line of data.toString().trim().split('\\n')) {
    const { execute, arguments: given } = JSON.parse(line);
    socket.write(JSON.stringify({ return: given.id ?? answers[execute](given) }) + '\\n');
  }
})).listen('/var/run/qemu-server/' + (9000 + index) + '.qga');
console.log('ready');
`;

const status = (cloudInit: string, units = ''): NonNullable<Faults['guestPrograms']>[number] => ({
  match: 'cloud-init status',
  output: `${cloudInit}\n--units--\n${units}`,
});
const WELL = [status('status: done')];
const BADLY = [
  status('status: error\ndetail: no such package: nginxx', 'nginx.service loaded failed failed A web server'),
];

describe('a template that is tested before anybody gets it', function () {
  this.timeout(300_000);
  let scene: Scene;
  let byApi: Scene;
  before(async () => {
    scene = await startScene();
    byApi = await sceneByApi(scene);
    await scene.cluster.exec('pve01', ['mkdir', '-p', '/var/run/qemu-server']);
    const start =
      'setsid node -e "$0" > /run/agents.log 2>&1 & until grep -q ready /run/agents.log; do sleep 0.1; done';
    await scene.cluster.exec('pve01', ['/bin/bash', '-c', start, AGENTS]);
    await publish('64M');
    await scene.newCalls();
  });
  after(() => scene.down());

  const publish = (bytes: string): Promise<void> => publishImage(scene, bytes, true);

  const guestsAre = (guestPrograms: NonNullable<Faults['guestPrograms']>): Promise<void> =>
    scene.cluster.writeFile('pve01', '/etc/testnode/faults.json', JSON.stringify({ guestPrograms }));

  const run = (
    door: Scene,
    more: Readonly<Record<string, unknown>> = {},
    args: readonly string[] = [],
  ): ReturnType<Scene['run']> => {
    const variables = { proxmox_disk_storage: 'local', proxmox_vm_template_test_timeout: 30, ...more };
    return door.run(EXAMPLE, ['-e', JSON.stringify(variables), ...args]);
  };

  /** Every configuration, to the byte. */
  async function everything(): Promise<string> {
    const script = 'cd /etc/pve/qemu-server && for one in *; do echo "== $one"; cat "$one"; done';
    return (await scene.cluster.exec('pve01', ['sh', '-c', script])).stdout;
  }

  const names = async (): Promise<readonly string[]> =>
    [...(await everything()).matchAll(/^== (\d+)|^name: (\S+)/gm)].map(
      ([, vmid, name]) => vmid ?? name ?? '',
    );

  const calls = async (): Promise<readonly string[]> => changing(await scene.newCalls());

  it('has its name only when a clone of it has come up well, and the clone is gone', async () => {
    await guestsAre(WELL);
    const { rc, output } = await run(scene, {}, ['--diff']);

    expect(rc, output).to.equal(0);
    expect(output)
      .to.contain('test (cloud-init): passed')
      .and.to.match(/^-9000 test: not passed$/m)
      .and.to.match(/^\+9000 test: scrypt:/m)
      .and.not.to.match(/^[-+].*9001/m);
    expect((await calls()).slice(-7)).to.deep.equal([
      ...['qm clone 9000', 'qm set 9001', 'qm start 9001', 'qm stop 9001', 'qm destroy 9001'],
      ...['qm set 9000', 'qm set 9000'],
    ]);
    expect(await names()).to.deep.equal(['9000', 'debian-12']);
  });

  it('is not tested again, and nothing is called', async () => {
    const { counts, output } = await run(scene);

    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(await calls()).to.deep.equal([]);
  });

  it('stays what it is to the byte when the next one fails, and the guest’s words are told', async () => {
    await publish('96M');
    await guestsAre(BADLY);
    const before = await everything();
    const { rc, output } = await run(scene);

    expect(rc, output).not.to.equal(0);
    expect(output.replaceAll(/\s+/g, ' '))
      .to.contain('VM 9001 (debian-12-g2) did not pass its test: cloud-init ended with "error"')
      .and.to.contain('errors of cloud-init: no such package: nginxx')
      .and.to.contain('units that failed: nginx.service');
    expect(await everything()).to.equal(before);
  });

  it('is followed by one that was kept when it failed, as soon as that passes, by the API', async () => {
    await guestsAre([...WELL, { match: 'test -x', exitCode: 1, output: 'no python\n' }]);
    const failed = await run(byApi, { proxmox_vm_template_test_keep: true });
    expect(failed.rc, failed.output).not.to.equal(0);
    expect(failed.output).to.contain('`test -x /usr/bin/python3` ended with 1: no python');
    expect(await names()).to.deep.equal(['9000', 'debian-12', '9001', 'debian-12-g2']);
    await guestsAre(WELL);

    const { rc, output } = await run(byApi, { proxmox_vm_template_test_keep: true });

    expect(rc, output).to.equal(0);
    expect(output).to.contain('test (cloud-init): passed');
    expect(await names()).to.deep.equal(['9000', 'debian-12-g1', '9001', 'debian-12']);
  });
});
