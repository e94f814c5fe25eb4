import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { roleVariablesOf } from '../../build/role-variables-of.ts';
import { goodWanted } from '../../modules-src/modules/node_preflight/broken-worlds/world.fixture.ts';
import type { Option } from '../../modules-src/sdk/option.ts';
import type { Problem } from '../../modules-src/sdk/define-module.ts';
import { variables } from '../../role-src/variables.ts';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { bundlePrograms } from '../../testnode/pve/bundle.ts';
import { BY_COMMAND } from '../../modules-src/modules/node_preflight/ways-out.fixture.ts';
import { filledBundle, type ModuleResult } from '../bundle.ts';
import { BROKEN_NODES } from './preflight-worlds.fixture.ts';

const NODE = 'pve01';

/** What the role leaves out in no case. */
const { always, given } = roleVariablesOf('node_preflight');
const defaults: Readonly<Record<string, Option>> = variables;
const GIVEN = Object.fromEntries(always.map(option => [option, defaults[given[option] ?? '']?.default]));

const sshConfigOf = (cluster: Cluster): string =>
  `Host pve02\n  HostName ${cluster.address('pve02')}\n  StrictHostKeyChecking no\n`;

describe('node_preflight on a node', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let storageConfig: string;
  before(async () => {
    cluster = await startNodes({ nodes: 2, programs: await bundlePrograms() });
    storageConfig = await cluster.readFile(NODE, '/etc/pve/storage.cfg');
    // As in a cluster of Proxmox VE, root of one node reaches the others by SSH.
    await cluster.writeFile(NODE, '/root/.ssh/id_ed25519', readFileSync(cluster.sshKeyFile));
    await cluster.writeFile(NODE, '/root/.ssh/config', sshConfigOf(cluster));
    await run(['chmod', '600', '/root/.ssh/id_ed25519']);
  });
  after(() => cluster.down());

  const run = (argv: readonly string[]): Promise<string> => cluster.succeed(NODE, argv);

  const preflight = async (
    wanted: Readonly<Record<string, unknown>>,
    argv = ['env', 'PROXMOX_ROLE_VARIABLES=1', '/bin/sh'],
  ): Promise<ModuleResult> => {
    const stdin = filledBundle('node_preflight', { ...GIVEN, ...goodWanted, ...wanted });
    return JSON.parse((await cluster.exec(NODE, argv, { stdin })).stdout) as ModuleResult;
  };

  /** Errors stand in `problems`, warnings as lines that begin with their code. */
  const warned = ({ warnings }: ModuleResult, code: string): Problem | undefined => {
    const line = ((warnings ?? []) as readonly string[]).find(one => one.startsWith(code));
    return line === undefined ? undefined : { code, variable: '', message: line, fix: line };
  };
  const problemOf = (result: ModuleResult, code: string): Problem | undefined =>
    ((result['problems'] ?? []) as readonly Problem[]).find(found => found.code === code) ??
    warned(result, code);

  it('finds nothing wrong with a fresh node, and starts no program of Proxmox VE to know', async () => {
    const calls = (await cluster.commands(NODE)).length;
    const result = await preflight({});

    expect(result).to.include({ failed: false, changed: false, node: NODE, vm_exists: false });
    expect((await cluster.commands(NODE)).length).to.equal(calls);
  });

  it('tells every problem at once, those of the values and those of the node', async () => {
    const result = await preflight({ vm_memory: 3, disk_storage: 'nowhere', vm_node: 'pve02', nonsense: 1 });

    expect(result.failed).to.equal(true);
    for (const code of ['PVE-VAR-002', 'PVE-STO-001', 'PVE-NODE-003']) expect(result.msg).to.contain(code);
    expect(result.msg).to.contain('proxmox_vm_memory').and.contain('nonsense: ');
  });

  it('refuses a variable that takes the default of the role away', async () => {
    const { problems } = await preflight({
      vm_memory: undefined,
      vm_networks: undefined,
      vm_pool: undefined,
    });

    expect((problems as readonly Problem[]).map(({ variable }) => variable)).to.deep.equal([
      'proxmox_vm_memory',
      'proxmox_vm_networks',
    ]);
  });

  it('names its own parameters to whoever uses it without the role', async () => {
    const { msg } = await preflight({ vm_memory: 3, disk_storage: 'nowhere' }, ['/bin/sh']);

    expect(msg).to.contain(' vm_memory: ').and.contain('set disk_storage to').and.not.contain('proxmox_');
  });

  it('says to a user who is not root what is the matter', async () => {
    const stdin = filledBundle('node_preflight', { ...goodWanted });
    const asNobody = ['setpriv', '--reuid=65534', '--clear-groups', '/bin/sh'];
    const result = JSON.parse((await cluster.exec(NODE, asNobody, { stdin })).stdout) as ModuleResult;

    expect(result, result.msg).to.have.property('problems');
    expect((result['problems'] as readonly Problem[]).map(({ code }) => code)).to.deep.equal([
      'PVE-NODE-005',
    ]);
  });

  /** The state that every broken world begins with. */
  const reset = async (): Promise<void> => {
    await run(['/bin/sh', '-c', 'rm -rf /etc/pve/nodes/*/qemu-server/*.conf /var/lib/vz/images /srv/store']);
    await cluster.writeFile(NODE, '/etc/pve/storage.cfg', storageConfig);
  };

  for (const { title, code, make, wanted = {} } of BROKEN_NODES) {
    it(`${code}, ${title}: gone when its command has run`, async () => {
      await reset();
      await run(['/bin/sh', '-ec', make]);
      const problem = problemOf(await preflight(wanted), code);
      for (const command of commandsIn(problem)) await run(['/bin/sh', '-c', command]);

      expect(problem, `${code} is not found`).not.to.equal(undefined);
      expect(problemOf(await preflight(wanted), code)).to.equal(undefined);
    });
  }

  it('runs the command of every code that has one', () => {
    expect([...new Set(BROKEN_NODES.map(({ code }) => code))]).to.have.members([...BY_COMMAND]);
  });
});

/** The commands that mend; those after "see" only tell more. */
function commandsIn(problem: Problem | undefined): readonly string[] {
  const mending = (problem?.fix ?? '').split(/\bsee\b/, 1)[0] ?? '';
  return [...mending.matchAll(/`([^`]+)`/g)].map(([, command = 'false']) => command);
}
