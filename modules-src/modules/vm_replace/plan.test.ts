import { expect } from 'chai';
import fc from 'fast-check';
import { readMarker } from '../../pve/vms/marker.ts';
import { UserError } from '../../sdk/error.ts';
import { replaceReport } from './report.ts';
import {
  bootVolume,
  DATA,
  newWorld,
  OLD,
  OLD_EFI,
  run,
  wanted,
  type Params,
  type World,
} from './world.fixture.ts';

const note = ({ values }: World) => readMarker(values.get('description'), 200)?.replacing;
const image = ({ values }: World) => readMarker(values.get('description'), 200)?.image;

/** Why a run has failed; empty: it has not. */
async function reasonOf(work: ReturnType<typeof run>): Promise<string> {
  const { left, failures } = await work;
  return left.length === 0 ? '' : failures.map(({ reason }) => reason).join();
}

const refused = async (world: World, params: Params = wanted): Promise<string> => {
  const before = JSON.stringify([...world.values]);
  const error: unknown = await run(world, params).catch((found: unknown) => found);
  expect(error).to.be.instanceOf(UserError);
  expect(JSON.stringify([...world.values])).to.equal(before);
  expect(world.done).to.deep.equal([]);
  return String(error);
};

/** The new system is in its place, and nothing is left of the old one. */
function expectNew(world: World, running = true): void {
  expect(bootVolume(world)).not.to.equal(OLD);
  expect(world.volumes.has(OLD), 'the old disk').to.equal(false);
  expect(world.volumes.has(OLD_EFI), 'the old EFI disk').to.equal(false);
  expectTidy(world, running, 'new.img');
}

/** The old system is in its place, and nothing is left of the new one. */
function expectOld(world: World, running = true): void {
  expect(bootVolume(world)).to.equal(OLD);
  expect([...world.volumes]).to.have.members([OLD, OLD_EFI, DATA]);
  expect(world.values.get('scsi0')).to.contain('discard=on').and.to.contain('size=3G');
  expectTidy(world, running, 'old.img');
}

function expectTidy(world: World, running: boolean, from: string): void {
  expect(note(world), 'the note').to.equal(undefined);
  expect(image(world)).to.equal(from);
  expect(world.running).to.equal(running);
  expect([...world.values.keys()].filter(key => key.startsWith('unused'))).to.deep.equal([]);
  expect(world.values.get('scsi2')).to.equal(`${DATA},size=20G`);
  expect(world.values.get('net0')).to.contain('BC:24:11:00:00:01');
  expect(world.values.get('description')).to.match(/^mine\n/);
}

describe('a VM whose image is another one', () => {
  it('gets a new disk and a new EFI disk, and gives up the old ones when its guest has given the sign', async () => {
    const world = newWorld();
    const { failures, steps } = await run(world);

    expect(failures).to.deep.equal([]);
    expect(world.done).to.deep.equal(['set', 'shutdown', 'import', 'resize', 'start', 'set']);
    expect(steps).to.have.lengthOf(7);
    expectNew(world);
    expect(world.values.get('scsi0'))
      .to.match(/iothread=1/)
      .and.to.match(/discard=on/)
      .and.to.match(/size=3G/);
    expect(world.values.get('efidisk0')).to.match(/efitype=4m,pre-enrolled-keys=1/);
  });

  it('is left alone by the next run', async () => {
    const world = newWorld();
    await run(world);
    const before = world.done.length;

    expect((await run(world)).steps).to.deep.equal([]);
    expect(world.done).to.have.lengthOf(before);
  });

  it('is told in check mode, and nothing is done', async () => {
    const world = newWorld();
    const { steps } = await run(world, wanted, {}, true);

    expect(steps.map(({ summary }) => summary).join()).to.contain(
      'import /srv/new.img into local as the new scsi0',
    );
    expect(world.done).to.deep.equal([]);
  });

  it('stands still again where it did not run', async () => {
    const world = newWorld({}, false);
    await run(world);

    expectNew(world, false);
    expect(world.boots).to.have.lengthOf(1);
  });

  for (const failing of ['shutdown', 'import', 'resize']) {
    it(`has its old system again when ${failing} fails, and is told why and what to do`, async () => {
      const world = newWorld();
      world.failing = failing;

      expect(await reasonOf(run(world)))
        .to.contain(`${failing}: it is full; the old disk is in its place again`)
        .and.to.match(/or stay with the old one by .*: never$/);
      expectOld(world);
    });
  }

  it('has its old disk in place when nothing starts, and the next run starts it from there', async () => {
    const world = newWorld();
    world.failing = 'start';
    expect(await reasonOf(run(world))).to.contain('start: it is full');
    expect(bootVolume(world)).to.equal(OLD);
    world.failing = undefined;

    expect(await reasonOf(run(world))).to.contain('which an earlier run had begun, did not come up');
    expectOld(world);
  });

  it('has its old system again when the new one gives no sign', async () => {
    const world = newWorld();
    world.comesUp = false;
    const reason = await reasonOf(run(world));

    expect(reason).to.match(
      /^cannot replace the system of VM 200 \(web-01\): its guest agent did not answer within 1 s; the old disk is in its place again/,
    );
    expectOld(world);
    expect(world.boots.at(-1)).to.equal(OLD);
  });

  it('stands still again, with its old system, where it did not run and the new one gives no sign', async () => {
    const world = newWorld({}, false);
    world.comesUp = false;
    await run(world);

    expectOld(world, false);
  });

  it('does not lose its old system to cloud-init that ends in an error', async () => {
    const world = newWorld();
    const failed = { agent: true, interfaces: [], cloudInit: { status: 'error', detail: 'no such package' } };
    const reason = await reasonOf(
      run(world, { ...wanted, wait_for: 'cloud-init' }, { readSigns: () => Promise.resolve(failed) }),
    );

    expect(reason).to.contain('cloud-init of the new one ended with "error": no such package');
    expectOld(world);
  });
});

describe('a run that is killed while it gives a VM a new system', () => {
  it('is finished by the next one or taken back, wherever that was, and the old disk stays until the sign', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 22 }),
        fc.boolean(),
        fc.boolean(),
        async (half, comesUp, running) => {
          const world = newWorld({}, running);
          world.comesUp = comesUp;
          world.killedAt = half / 2;
          await run(world).catch(() => undefined);
          if (!comesUp) expect(world.volumes.has(OLD), 'the old disk, without a sign').to.equal(true);
          world.killedAt = undefined;
          await run(world);
          // One that has only ended what another one had begun has done its part: the next tries anew, and goes back.
          if (comesUp && image(world) === 'new.img') expectNew(world, running);
          else expectOld(world, running);
        },
      ),
      { numRuns: 200 },
    ));

  it('is taken back where its image is not wanted any more', async () => {
    const world = newWorld();
    world.killedAt = 3;
    await run(world).catch(() => undefined);
    expect(note(world)).not.to.equal(undefined);
    world.killedAt = undefined;
    const { failures } = await run(world, wanted, {
      readImage: () => Promise.resolve({ digest: 'sha256:aa', virtualSize: 1, bytes: 1 }),
    });

    expect(failures).to.deep.equal([]);
    expectOld(world);
  });
});

describe('what decides whether a VM gets a new system', () => {
  const isReplaced = async (params: Params, told: Parameters<typeof run>[2] = {}): Promise<boolean> =>
    (await run(newWorld(), params, told, true)).steps.length > 0;

  it('is the digest of the image, and its name where no digest tells', async () => {
    const image_ = (digest: string) => ({
      readImage: () => Promise.resolve({ digest, virtualSize: 1, bytes: 1 }),
    });
    const unknown = { readImage: () => Promise.resolve(undefined) };

    expect(await isReplaced(wanted, image_('sha256:aa'))).to.equal(false);
    expect(await isReplaced(wanted, unknown)).to.equal(true);
    expect(await isReplaced({ ...wanted, image: '/elsewhere/old.img' }, unknown)).to.equal(false);
    expect(
      await isReplaced({ ...wanted, image: 'local:import/old-0123456789ab.qcow2' }, image_('sha512:cc')),
    ).to.equal(false);
  });

  it('is in check mode what a download that is still to come brings, and is not said where nothing tells', async () => {
    const cached = (digest: string) => ({
      readImage: () => Promise.resolve({ digest, virtualSize: 1, bytes: 1 }),
    });
    const checked = async (next_image: Params['next_image'], digest: string) => {
      const world = newWorld();
      const { observed, first, steps } = await run(world, { ...wanted, next_image }, cached(digest), true);
      const { summary } = replaceReport({ ...wanted, next_image }, observed, first);
      return [steps.length > 0, summary];
    };
    const comes = 'system: to be replaced by that of new.img';
    const mayCome = 'system: to be replaced if new.img, which is still to be fetched, is another image';

    expect(await checked('same', 'sha256:aa')).to.deep.equal([false, undefined]);
    expect(await checked('same', 'sha256:bb')).to.deep.equal([true, comes]);
    expect(await checked('another', 'sha256:aa')).to.deep.equal([true, comes]);
    expect(await checked('another', 'sha256:bb'), 'which may be that of the disk').to.deep.equal([
      false,
      mayCome,
    ]);
    expect(await checked('unknown', 'sha256:aa')).to.deep.equal([false, mayCome]);
  });

  it('is the wish: never, or in every run', async () => {
    const same = { readImage: () => Promise.resolve({ digest: 'sha256:aa', virtualSize: 1, bytes: 1 }) };

    expect(await isReplaced({ ...wanted, replace: 'never' })).to.equal(false);
    expect(await isReplaced({ ...wanted, replace: 'always' }, same)).to.equal(true);
    const world = newWorld();
    await run(world, { ...wanted, replace: 'always' }, same);
    expect(world.boots, 'once in a run').to.have.lengthOf(1);
  });
});

describe('a VM that cannot get a new system', () => {
  const CASES: readonly (readonly [what: string, more: Readonly<Record<string, string>>, says: string])[] = [
    ['is a template', { template: '1' }, 'which has generations instead'],
    ['is protected', { protection: '1' }, '--protection 0'],
    ['has no agent that could tell', { agent: '0' }, 'no guest agent'],
    ['boots from a data disk', { scsi0: `${DATA},size=3G` }, 'belongs to VM 900'],
    ['has a disk of the node', { scsi0: '/dev/sdb' }, 'no disk of a storage'],
  ];
  for (const [what, more, says] of CASES)
    it(`is refused, with the way out, when it ${what}`, async () => {
      expect(await refused(newWorld(more))).to.contain(says);
    });

  it('is refused when it has snapshots, or when nothing is waited for', async () => {
    expect(await refused(newWorld(), { ...wanted, wait_for: 'none' })).to.contain(
      'nothing would tell whether the new one comes up',
    );
    const world = newWorld();
    const text = '\n[before]\nscsi0: local:200/vm-200-disk-0.raw';
    world.values.set('net0', `virtio=BC:24:11:00:00:01,bridge=vmbr0${text}`);
    expect(await refused(world)).to.contain('qm delsnapshot 200');
  });

  it('is left alone when nothing says that its disk was made of an image', async () => {
    expect((await run(newWorld({ description: 'mine' }))).steps).to.deep.equal([]);
    expect(await refused(newWorld({ description: 'mine' }), { ...wanted, replace: 'always' })).to.contain(
      'was not made of an image by this role',
    );
  });

  it('is refused when HA starts and stops it, too', async () => {
    const lists = { ha: 'vm: 200\n', replication: undefined, jobs: undefined };
    const error: unknown = await run(newWorld(), wanted, {
      readClusterLists: () => Promise.resolve(lists),
    }).catch(String);

    expect(error).to.contain('ha-manager set vm:200 --state ignored');
  });
});
