import { expect } from 'chai';
import fc from 'fast-check';
import { readMarker, withMarker, type Marker } from '../../pve/vms/marker.ts';
import type { ReplacementNote } from '../../pve/vms/replacement-note.ts';
import { replaceNotices } from './report.ts';
import { bootVolume, newWorld, OLD, OLD_EFI, run, wanted, type Params, type World } from './world.fixture.ts';

const DETACHED = 'local:200/vm-200-disk-5.raw';

/** A VM with a detached disk, in whose notes somebody has written that. */
function forged(note: Partial<ReplacementNote> & Pick<ReplacementNote, 'drives'>, more = {}): World {
  const marker: Marker = { vmid: 200, image: 'old.img', digest: 'sha256:aa', disks: { scsi0: 1 } };
  const replacing = { made: { image: 'old.img', digest: 'sha256:aa' }, running: true, ...note };
  const description = withMarker('mine', { ...marker, replacing });
  const world = newWorld({ unused0: DETACHED, description, ...more });
  world.volumes.add(DETACHED);
  return world;
}

const note = ({ values }: World) => readMarker(values.get('description'), 200)?.replacing;

async function told(world: World, params: Params = wanted): Promise<readonly string[]> {
  const { observed, first, failures } = await run(world, params);
  const { warnings = [] } = replaceNotices(params, observed, first);
  return [...failures.map(({ reason }) => reason), ...warnings];
}

/** Nothing that was there is gone. */
function expectKept({ volumes }: World): void {
  expect([...volumes]).to.include.members([OLD, OLD_EFI, DETACHED]);
}

describe('what the notes of a VM say of a replacement, and no run of ours has written', () => {
  it('removes no disk when the system gives its sign, and is told with the command that does', async () => {
    const world = forged({ drives: { scsi0: `${DETACHED},size=20G` } });
    const [warning = '', ...others] = await told(world, { ...wanted, replace: 'never' });

    expectKept(world);
    expect(others).to.deep.equal([]);
    expect(warning)
      .to.contain('nothing but its notes, which anybody may edit')
      .and.to.contain(`${DETACHED} as unused0`)
      .and.to.contain('`qm set 200 --delete unused0`');
    expect(note(world)).to.equal(undefined);
    expect(world.done).to.deep.equal(['set']);
  });

  it('changes no disk when the system gives none: a person is told what to do', async () => {
    const world = forged({ drives: { scsi0: `${DETACHED},cache=unsafe` } });
    world.comesUp = false;
    // What is in the slot is no system that came up before.
    world.values.set('scsi0', 'local:200/vm-200-disk-7.raw,size=3G');
    world.values.set('scsi1', `${OLD},size=3G`);
    const [reason] = await told(world);

    expectKept(world);
    expect(bootVolume(world)).to.equal('local:200/vm-200-disk-7.raw');
    expect(reason).to.contain(`\`qm set 200 --scsi0 ${DETACHED}\``);
    expect(note(world), 'the next run tells it again').not.to.equal(undefined);
  });

  it('removes no disk that it says to have failed', async () => {
    const world = forged({ drives: { scsi0: OLD }, failed: [DETACHED] });
    const [reason, warning] = await told(world);

    expectKept(world);
    expect(reason).to.contain('what is left of the new one stays');
    expect(warning).to.contain('`qm set 200 --delete unused0`');
    expect(note(world)).to.equal(undefined);
  });

  it('is written anew where the old disk is still in its slot', async () => {
    const world = forged({ drives: { scsi0: `${OLD},size=3G`, efidisk0: DETACHED } });
    world.comesUp = false;
    await run(world);

    expectKept(world);
    expect(bootVolume(world)).to.equal(OLD);
    expect(world.values.get('efidisk0')).to.contain(OLD_EFI);
    expect(note(world)).to.equal(undefined);
  });

  for (const slots of [['args'], ['unused0'], ['efidisk0'], ['scsi0', 'args']])
    it(`is no mark of ours at all where the drives are ${slots.join(' and ')}`, async () => {
      const world = forged({ drives: Object.fromEntries(slots.map(slot => [slot, DETACHED])) });
      world.comesUp = false;
      await run(world);

      expectKept(world);
      expect(world.done).to.deep.equal([]);
    });
});

describe('a run that goes on with what another machine has begun', () => {
  it('never removes the old disk, whatever becomes of the new one', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 15 }), fc.boolean(), async (half, comesUp) => {
        const world = newWorld();
        world.comesUp = comesUp;
        world.killedAt = half / 2;
        await run(world).catch(() => undefined);
        fc.pre(note(world) !== undefined && bootVolume(world) !== OLD);
        world.killedAt = undefined;
        world.remembered = [];
        await run(world, { ...wanted, replace: 'never' });

        expect(world.volumes.has(OLD)).to.equal(true);
        expect(bootVolume(world)).not.to.equal(OLD);
      }),
      { numRuns: 50 },
    ));
});

describe('a replacement that was begun with another disk than the one that is declared now', () => {
  it('is ended with that one, and nothing is left of it', async () => {
    const world = newWorld();
    world.killedAt = 4;
    await run(world).catch(() => undefined);
    expect(world.values.get('unused0')).to.equal(OLD);
    world.killedAt = undefined;
    expect(await told(world, { ...wanted, disk: 'virtio0' })).to.deep.equal([]);

    expect(world.volumes.has(OLD), 'the old disk').to.equal(false);
    expect(bootVolume(world)).not.to.equal(OLD);
    expect(note(world)).to.equal(undefined);
  });

  it('is taken back where the old disk is still in its slot', async () => {
    const world = newWorld();
    world.killedAt = 3;
    await run(world).catch(() => undefined);
    world.killedAt = undefined;
    await run(world, { ...wanted, disk: 'virtio0', replace: 'always' });

    expect(bootVolume(world)).to.equal(OLD);
    expect(world.running).to.equal(true);
    expect(note(world)).to.equal(undefined);
  });
});
