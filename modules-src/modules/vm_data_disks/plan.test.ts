import { expect } from 'chai';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { modelNode, performSteps, type ModelNode } from '../../pve/vms/fixtures/model-node.ts';
import type { Work } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import type { Step } from '../../sdk/step.ts';
import { observeDataDisks } from './observe.ts';
import { planDataDisks } from './plan.ts';
import { dataDiskNotices, dataDiskReport } from './report.ts';
import type { Wanted } from './wish.ts';

const wanted: Wanted = {
  vmid: 200,
  name: 'db-01',
  data_holder: 900,
  disk_storage: 'local',
  data_disks: { scsi2: { name: 'pgdata', size: '20G', iothread: true } },
};
const VOLUME = 'local:900/vm-900-pgdata.raw';
const TANK = 'dir: local\n\tpath /a\n\tcontent images\n\nzfspool: tank\n\tpool tank\n\tcontent images\n';

const oneVm = (more = ''): ModelNode =>
  modelNode({ 200: `name: db-01\nscsi0: local:vm-200-disk-0,size=8G\n${more}` });

const look = (node: ModelNode, wish: Wanted, storages?: string, work?: Work) =>
  observeDataDisks(
    wish,
    { checkMode: false, problems: [], ...(work && { work }) },
    memoryCluster(node, storages === undefined ? {} : { storages }),
  );

const plan = async (node: ModelNode, wish = wanted, storages?: string): Promise<readonly Step[]> =>
  planDataDisks(wish, await look(node, wish, storages)).flat();

/** Plans and performs until nothing is left, as the runtime does. */
async function run(node: ModelNode, wish = wanted, storages?: string): Promise<void> {
  for (let round = 0; round < 3; round += 1) performSteps(node, await plan(node, wish, storages));
  expect(await plan(node, wish, storages)).to.deep.equal([]);
}

const refused = async (node: ModelNode, wish = wanted, storages?: string): Promise<string> => {
  const error: unknown = await plan(node, wish, storages).catch((found: unknown) => found);
  expect(error).to.be.instanceOf(UserError);
  return String(error);
};

const kinds = (steps: readonly Step[]): readonly string[] =>
  steps.map(({ action }) => (action.kind === 'qm' ? `${action.verb} ${action.vmid}` : action.kind));

describe('data disks of whoever does not see all VMs', () => {
  const seenBy = (...held: readonly (readonly [path: string, propagates: boolean])[]) => {
    const permissions = held.map(([path, below]) => [path, new Map([['VM.Audit', below]])] as const);
    const cluster = memoryCluster(oneVm(), { readPermissions: () => Promise.resolve(new Map(permissions)) });
    return observeDataDisks(wanted, { checkMode: false, problems: [] }, cluster).then(
      () => 'seen',
      (error: unknown) => String(error),
    );
  };

  it('are left alone: one that is hidden may have the disk', async () => {
    expect(await seenBy(['/vms/200', true])).to.contain('lacks VM.Audit on /vms');
    expect(await seenBy(['/vms', false])).to.contain('lacks VM.Audit on /vms');
    expect(await seenBy(['/vms', true])).to.equal('seen');
    expect(await seenBy(['/', true])).to.equal('seen');
  });
});

describe('a data disk that there is not yet', () => {
  it('is made under its name, borne by the holder, and attached in one call', async () => {
    const steps = await plan(oneVm());

    expect(kinds(steps)).to.deep.equal(['create 900', 'allocate-volume', 'set 200']);
    expect(steps[1]?.action).to.deep.equal({
      kind: 'allocate-volume',
      volume: VOLUME,
      vmid: 900,
      bytes: 20 * 1024 ** 3,
      format: 'raw',
    });
    expect(steps[2]?.action).to.have.deep.property('properties', { scsi2: `${VOLUME},iothread=1` });
  });

  it('leaves nothing to do when it is there, and the holder names no disk, so that starting it opens none', async () => {
    const node = oneVm();
    await run(node);

    expect(node.configs.get(200)).to.contain(`scsi2: ${VOLUME},iothread=1,size=20G`);
    expect(node.configs.get(900)).to.contain('protection: 1').and.not.to.contain('pgdata');
  });

  it('needs a size, and a storage for disks', async () => {
    const disk = { scsi2: { name: 'pgdata' } };

    expect(await refused(oneVm(), { ...wanted, data_disks: disk })).to.contain('set its size');
    expect(await refused(oneVm(), { ...wanted, disk_storage: 'nope' })).to.contain('storage nope');
  });

  it('has no format on block storage', async () => {
    const disk = { scsi2: { name: 'pgdata', size: '1G', storage: 'tank', format: 'qcow2' as const } };
    const [, made] = await plan(oneVm(), { ...wanted, data_disks: disk }, TANK);

    expect(made?.action).to.include({ volume: 'tank:vm-900-pgdata', format: 'raw' });
  });

  it('comes to be whole by the next run, wherever one was killed', async () => {
    for (const done of [0, 1, 2, 3]) {
      const node = oneVm();
      performSteps(node, (await plan(node)).slice(0, done));
      await run(node);

      expect(node.configs.get(200), `${done} steps`).to.contain(VOLUME);
      expect([...node.volumes.keys()], `${done} steps`).to.deep.equal([VOLUME]);
    }
  });
});

describe('a data disk that there is', () => {
  const withDisk = async (): Promise<ModelNode> => {
    const node = oneVm();
    await run(node);
    return node;
  };

  it('goes to the next VM that declares it, with what it holds', async () => {
    const node = await withDisk();
    performSteps(node, [{ summary: '', action: { kind: 'qm', verb: 'destroy', vmid: 200, properties: {} } }]);
    node.configs.set(201, 'name: db-02\n');
    const next = { ...wanted, vmid: 201, name: 'db-02', data_disks: { scsi5: { name: 'pgdata' } } };

    expect(kinds(await plan(node, next))).to.deep.equal(['set 201']);
    await run(node, next);
    expect(node.configs.get(201)).to.contain(`scsi5: ${VOLUME}`);
  });

  it('is never attached to two VMs, nor twice to one', async () => {
    const node = await withDisk();
    node.configs.set(201, 'name: db-02\n');

    expect(await refused(node, { ...wanted, vmid: 201, name: 'db-02' })).to.contain(
      'db-01 (200) has it; detach it there with `qm set 200 --delete scsi2`',
    );
    expect(await refused(node, { ...wanted, data_disks: { scsi3: { name: 'pgdata' } } })).to.contain(
      'the VM has it as scsi2',
    );
    const twins = { scsi3: { name: 'a', size: '1G' }, scsi4: { name: 'a', size: '1G' } };
    expect(await refused(node, { ...wanted, data_disks: twins })).to.contain('declared for scsi4, too');
  });

  it('is given up again by the run that finds that another one has attached it meanwhile', async () => {
    const node = await withDisk();
    node.configs.set(201, `name: db-02\nscsi5: ${VOLUME},size=20G\n`);
    const after = async (): Promise<readonly Step[]> =>
      planDataDisks(wanted, await look(node, wanted, undefined, {})).flat();
    const [detach, refused] = await after();

    expect(detach?.action).to.deep.equal({
      kind: 'qm',
      verb: 'set',
      vmid: 200,
      properties: { delete: ['scsi2'] },
    });
    expect(refused?.action).to.have.property('reason').that.includes('db-02 (201) has it');
    node.running.add(200);
    expect(
      (await after()).map(({ action }) => action.kind),
      'a guest keeps its disk',
    ).to.deep.equal(['refuse']);
  });

  it('is not looked for elsewhere by a run that finds all as declared', async () => {
    expect((await look(await withDisk(), wanted)).around).to.equal(undefined);
  });

  it('is not attached while a snapshot of another VM has it', async () => {
    const node = await withDisk();
    const text = node.configs.get(200) ?? '';
    node.configs.set(200, `${text.replace(/^scsi2:.*\n/m, '')}\n[before]\nscsi2: ${VOLUME},size=20G\n`);
    node.configs.set(201, 'name: db-02\n');

    expect(await refused(node, { ...wanted, vmid: 201, name: 'db-02' })).to.contain('qm delsnapshot 200');
  });

  it('grows and never shrinks', async () => {
    const node = await withDisk();
    const sized = (size: string): Wanted => ({ ...wanted, data_disks: { scsi2: { name: 'pgdata', size } } });

    expect(kinds(await plan(node, sized('30G')))).to.deep.equal(['resize 200']);
    await run(node, sized('30G'));
    expect(await plan(node, sized('10G'))).to.deep.equal([]);
    expect(dataDiskNotices(sized('10G'), await look(node, sized('10G'))).warnings.join()).to.contain(
      'never shrunk',
    );
  });

  it('grows to the size that its next VM declares', async () => {
    const node = await withDisk();
    node.configs.delete(200);
    node.configs.set(201, 'name: db-02\n');
    const next = {
      ...wanted,
      vmid: 201,
      name: 'db-02',
      data_disks: { scsi2: { name: 'pgdata', size: '25G' } },
    };
    await run(node, next);

    expect(node.configs.get(201)).to.contain('size=25G');
  });

  it('is looked for on all storages before an empty one takes its name', async () => {
    const node = await withDisk();
    node.configs.delete(200);
    node.configs.set(201, 'name: db-02\n');
    const disk = { scsi2: { name: 'pgdata', size: '1G', storage: 'tank' } };

    expect(await refused(node, { ...wanted, vmid: 201, name: 'db-02', data_disks: disk }, TANK)).to.contain(
      `it is ${VOLUME}, not on storage tank`,
    );
  });

  it('is told with its volume and size', async () => {
    const node = await withDisk();

    expect(dataDiskReport(wanted, await look(node, wanted))).to.deep.equal({
      data_disks: { scsi2: { name: 'pgdata', volume: VOLUME, size: '20G' } },
    });
  });

  it('takes the options that are declared', async () => {
    const node = await withDisk();
    const wish = { ...wanted, data_disks: { scsi2: { name: 'pgdata', discard: 'on' as const } } };
    await run(node, wish);

    expect(node.configs.get(200)).to.contain('discard=on').and.to.contain('iothread=1');
  });
});

describe('a slot that holds something else', () => {
  it('is refused, with the way out', async () => {
    expect(await refused(oneVm('scsi2: local:vm-200-disk-1,size=1G\n'))).to.contain(
      'scsi2 holds local:vm-200-disk-1, which is no data disk',
    );
    expect(await refused(oneVm('scsi2: local:900/vm-900-mail.raw,size=1G\n'))).to.contain(
      'the data disk mail; choose another slot',
    );
  });
});

describe('the holder of data disks', () => {
  it('is no guest of somebody else', async () => {
    const node = oneVm();
    node.configs.set(900, 'name: mail\n');

    expect(await refused(node)).to.contain('900, the VMID that data disks are to bear, belongs to VM mail');
  });

  it('has no disk of its own, though `qm rescan` writes them into it', async () => {
    const node = oneVm();
    await run(node);
    node.configs.delete(200);
    node.configs.set(201, 'name: db-02\n');
    node.configs.set(900, `${node.configs.get(900) ?? ''}unused0: ${VOLUME}\n`);

    await run(node, { ...wanted, vmid: 201, name: 'db-02' });
    expect(node.configs.get(201)).to.contain(VOLUME);
  });

  it('is protected again by the run that attaches a disk', async () => {
    const node = oneVm();
    await run(node);
    node.configs.set(900, (node.configs.get(900) ?? '').replace('protection: 1', 'protection: 0'));
    node.configs.set(201, 'name: db-02\n');
    const other = { ...wanted, vmid: 201, name: 'db-02', data_disks: { scsi2: { name: 'b', size: '1G' } } };

    expect(kinds(await plan(node, other))).to.deep.equal(['set 900', 'allocate-volume', 'set 201']);
    await run(node, other);
    expect(node.configs.get(900)).to.contain('protection: 1');
  });

  it('is one in the cluster: under another VMID every disk would be made anew, empty', async () => {
    const node = oneVm();
    await run(node);

    expect(
      await refused(node, { ...wanted, data_holder: 901, data_disks: { scsi3: { name: 'b', size: '1G' } } }),
    )
      .to.contain('would be another holder')
      .and.to.contain(': 900');
  });

  it('is made once for all of them', async () => {
    const node = oneVm();
    await run(node);
    const two = { ...wanted.data_disks, scsi3: { name: 'wal', size: '1G' } };

    expect(kinds(await plan(node, { ...wanted, data_disks: two }))).to.deep.equal([
      'allocate-volume',
      'set 200',
    ]);
  });
});

it('a template gets no data disk, which all its clones would share', async () => {
  expect(await refused(oneVm('template: 1\n'))).to.contain('declare them for its clones');
});
