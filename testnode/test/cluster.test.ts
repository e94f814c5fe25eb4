import { expect } from 'chai';
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import { hostTraces, ownNamespaces, processesIn } from './traces.ts';
import { startTime } from '../system/processes.ts';

const CHILD = join(import.meta.dirname, 'fixtures/start-and-print.ts');

describe('a cluster of test nodes', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await startNodes({
      nodes: 2,
      programs: 'none',
      perNode: { pve02: { nodejs: false, version: '8' } },
    });
  });

  after(() => cluster.down());

  it('has nodes of their own name that answer SSH from the controller', async () => {
    const { rc, stdout } = await ssh(cluster, 'pve02', 'hostname');

    expect({ rc, stdout }).to.deep.equal({ rc: 0, stdout: 'pve02\n' });
  });

  it('lets nothing of the environment of the caller into a node', async () => {
    process.env['TESTNODE_LEAK'] = 'yes';
    const { stdout } = await cluster.exec('pve01', ['env']);
    delete process.env['TESTNODE_LEAK'];

    expect(stdout).not.to.match(/TESTNODE_LEAK|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE/);
  });

  it('shows nothing of the host but its system', async () => {
    const { stdout } = await cluster.exec('pve01', ['ls', '-A', '/root', '/home', '/opt', '/mnt']);

    expect(stdout).not.to.include(import.meta.dirname.split('/')[2]);
    expect(stdout).to.include('/root:\n.ssh\n');
    expect((await cluster.exec('pve01', ['test', '-e', import.meta.dirname])).rc).to.equal(1);
  });

  it('shares /etc/pve among the nodes, and leads each to its own part', async () => {
    await cluster.writeFile('pve01', '/etc/pve/qemu-server/100.conf', 'name: web\n');

    expect(await cluster.readFile('pve02', '/etc/pve/nodes/pve01/qemu-server/100.conf')).to.equal(
      'name: web\n',
    );
    expect((await cluster.exec('pve02', ['ls', '/etc/pve/qemu-server'])).stdout).to.equal('');
  });

  it('has the bridges of a fresh installation', async () => {
    const { stdout } = await cluster.exec('pve01', ['ip', '-br', 'address', 'show', 'type', 'bridge']);

    expect(stdout)
      .to.match(/^vmbr0 +UP +10\.98\.0\.11\/24/m)
      .and.match(/^vmbr1 /m);
  });

  it('lists the packages of the chosen version', async () => {
    const query = ['dpkg-query', '--show', '--showformat=${Version}\n', 'pve-manager'];

    expect((await cluster.exec('pve01', query)).stdout).to.match(/^9\.2\./);
    expect((await cluster.exec('pve02', query)).stdout).to.match(/^8\.4\./);
  });

  it('has Node.js, or shows neither a program nor a package of it', async () => {
    const programs = ['bash', '-c', 'type -P node nodejs npm; dpkg-query --show nodejs 2>/dev/null'];

    expect((await cluster.exec('pve01', ['node', '--version'])).stdout).to.equal(`${process.version}\n`);
    expect((await cluster.exec('pve02', programs)).stdout).to.equal('');
  });

  it('passes bytes, standard input and exit codes through', async () => {
    const finished = await cluster.exec('pve01', ['sh', '-c', 'cat; echo no >&2; exit 3'], {
      stdin: 'ä"\n$x',
    });

    expect(finished).to.deep.equal({ rc: 3, stdout: 'ä"\n$x', stderr: 'no\n' });
  });

  it('keeps the disks of a node through a power cut, and none of its processes', async () => {
    await cluster.writeFile('pve01', '/var/lib/vz/images/kept', 'data');
    await cluster.exec('pve01', ['sh', '-c', 'sleep 1000 > /dev/null 2>&1 & echo started > /run/started']);

    await cluster.kill('pve01');
    await cluster.restart('pve01');

    expect(await cluster.readFile('pve01', '/var/lib/vz/images/kept')).to.equal('data');
    expect((await cluster.exec('pve01', ['test', '-e', '/run/started'])).rc).to.equal(1);
    expect((await ssh(cluster, 'pve01', 'pgrep -f "sleep 1000$" || echo none')).stdout).to.equal('none\n');
  });

  it('reads the log of calls of the PVE programs', async () => {
    const call = { time: '2026-01-01T00:00:00.000Z', argv: ['qm', 'list'], rc: 0, ms: 5 };
    await cluster.writeFile('pve01', '/var/log/testnode/commands.jsonl', `${JSON.stringify(call)}\n`);

    expect(await cluster.commands('pve01')).to.deep.equal([call]);
    expect(await cluster.commands('pve02')).to.deep.equal([]);
  });
});

describe('the end of a cluster', function () {
  this.timeout(120_000);

  it('leaves no process, mount, interface or file, also with immutable images', async () => {
    const before = hostTraces();
    const cluster = await startNodes({ programs: 'none' });
    await cluster.writeFile('pve01', '/var/lib/vz/images/base', '');
    await cluster.exec('pve01', ['chattr', '+i', '/var/lib/vz/images/base']);
    await cluster.controllerExec(['sh', '-c', 'sleep 1000 > /dev/null 2>&1 &']);
    const namespaces = [
      await ownNamespaces(cluster, 'controller'),
      await ownNamespaces(cluster, 'pve01'),
    ].flat();

    await cluster.down();

    expect(hostTraces()).to.deep.equal(before);
    expect(processesIn(namespaces)).to.deep.equal([]);
    expect(existsSync(cluster.directory)).to.equal(false);
  });

  it('comes when the process that started it is killed; the next start removes its files', async () => {
    const child = execa('node', ['--import', 'tsx', CHILD], { stdout: ['pipe'] });
    const [line = ''] = await firstLine(child.stdout);
    const { directory, lan } = JSON.parse(line) as { directory: string; lan: number };
    child.kill('SIGKILL');
    await child.catch(() => undefined);
    while (startTime(lan) !== undefined) await new Promise(resolve => setTimeout(resolve, 5));

    await (await startNodes({ programs: 'none' })).down();

    expect(existsSync(directory)).to.equal(false);
  });

  it('of one cluster does not touch another one with the same addresses', async () => {
    const [first, second] = await Promise.all([
      startNodes({ programs: 'none' }),
      startNodes({ programs: 'none' }),
    ]);
    await first.writeFile('pve01', '/root/mark', 'first');
    await second.writeFile('pve01', '/root/mark', 'second');
    await first.down();

    const { stdout } = await ssh(second, 'pve01', 'cat /root/mark');
    await second.down();

    expect(stdout).to.equal('second');
  });
});

function ssh(cluster: Cluster, node: string, command: string) {
  return cluster.controllerExec(['ssh', '-F', cluster.sshConfigFile, node, command]);
}

async function firstLine(stream: AsyncIterable<unknown>): Promise<string[]> {
  for await (const bytes of stream) return String(bytes).split('\n');
  return [];
}
