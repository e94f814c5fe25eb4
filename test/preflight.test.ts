import { expect } from 'chai';
import { goodWanted } from '../modules-src/modules/node_preflight/broken-worlds/world.fixture.ts';
import type { Problem } from '../modules-src/sdk/define-module.ts';
import { startNodes, type Cluster } from '../testnode/host/cluster.ts';
import { bundlePrograms } from '../testnode/pve/bundle.ts';
import { filledBundle, type ModuleResult } from './bundle.ts';

const NODE = 'pve01';

/** What a node lacks, made with the programs of the node itself; preflight then prints how to mend it. */
interface Broken {
  readonly code: string;
  readonly make: readonly (readonly string[])[];
  readonly wanted?: Readonly<Record<string, unknown>>;
}

const SNAPSHOT_VM = ['qm', 'create', '9000', '--name', 'ubuntu-24.04', '--scsi0', 'local:1,format=qcow2'];

const BROKEN: readonly Broken[] = [
  {
    code: 'PVE-STO-002',
    make: [['pvesm', 'set', 'local', '--disable', '1']],
    wanted: { disk_storage: 'local', vm_cloud_init_install_agent: false },
  },
  {
    code: 'PVE-STO-003',
    make: [['pvesm', 'set', 'local', '--nodes', 'pve02']],
    wanted: { disk_storage: 'local', vm_cloud_init_install_agent: false },
  },
  {
    code: 'PVE-STO-004',
    make: [['pvesm', 'set', 'local', '--content', 'iso,snippets']],
    wanted: { disk_storage: 'local' },
  },
  {
    code: 'PVE-STO-005',
    make: [['pvesm', 'set', 'local', '--content', 'iso,images']],
    wanted: { vm_cloud_init_user_data: '#cloud-config\n{}' },
  },
  {
    code: 'PVE-VM-004',
    make: [['qm', 'create', '9000', '--name', 'ubuntu-24.04', '--lock', 'create']],
  },
  { code: 'PVE-VM-008', make: [SNAPSHOT_VM, ['qm', 'snapshot', '9000', 'before']] },
  {
    code: 'PVE-CLONE-010',
    make: [['qm', 'create', '301', '--name', 'web-01', '--lock', 'clone']],
  },
];

describe('node_preflight on a node', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await startNodes({ nodes: 2, programs: await bundlePrograms() });
  });
  after(() => cluster.down());

  const run = async (argv: readonly string[]): Promise<void> => {
    const { rc, stdout, stderr } = await cluster.exec(NODE, argv);
    expect(rc, `${argv.join(' ')}: ${stdout}${stderr}`).to.equal(0);
  };

  const preflight = async (wanted: Readonly<Record<string, unknown>>): Promise<ModuleResult> => {
    const stdin = filledBundle('node_preflight', { ...goodWanted, ...wanted });
    return JSON.parse((await cluster.exec(NODE, ['/bin/sh'], { stdin })).stdout) as ModuleResult;
  };

  const problemOf = ({ problems }: ModuleResult, code: string): Problem | undefined =>
    ((problems ?? []) as readonly Problem[]).find(found => found.code === code);

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
    expect(result.msg).to.contain('proxmox_nonsense');
  });

  it('says to a user who is not root what is the matter', async () => {
    const stdin = filledBundle('node_preflight', { ...goodWanted });
    const asNobody = ['setpriv', '--reuid=65534', '--clear-groups', '/bin/sh'];
    const result = JSON.parse((await cluster.exec(NODE, asNobody, { stdin })).stdout) as ModuleResult;

    expect((result['problems'] as readonly Problem[]).map(({ code }) => code)).to.deep.equal([
      'PVE-NODE-005',
    ]);
  });

  for (const { code, make, wanted = {} } of BROKEN) {
    it(`${code} is gone when its command has run`, async () => {
      for (const argv of make) await run(argv);
      const problem = problemOf(await preflight(wanted), code);
      const [, command = 'false'] = /`([^`]+)`/.exec(problem?.fix ?? '') ?? [];
      await run(['/bin/sh', '-c', command]);

      expect(problemOf(await preflight(wanted), code)).to.equal(undefined);
    });
  }
});
