import { expect } from 'chai';
import fc from 'fast-check';
import { vmRecord } from '../../pve/vms/fixtures/found-vm.ts';
import { currentOf, generationsOf } from '../../pve/vms/generations/family.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { UserError } from '../../sdk/error.ts';
import { planRotate, type Observed, type Wanted as Plan } from './plan.ts';
import { released } from './release.ts';
import { generationText, type Made } from './scene.fixture.ts';

const NODES = ['pve01', 'pve02', 'pve03'] as const;

type World = Map<string, Made>;

/** An old generation with the name on each node, and a new one that waits. */
function world(): World {
  const made = NODES.flatMap((node, index): Made[] => [
    { vmid: 9000 + index, name: 'golden', number: 1, node, digest: 'sha256:old' },
    { vmid: 9010 + index, name: 'golden-g2', number: 2, node, digest: 'sha256:new', held: true },
  ]);
  return new Map(made.map(one => [String(one.vmid), one]));
}

const recordsOf = (nodes: World): readonly VmRecord[] =>
  [...nodes.values()].map(one => vmRecord(one.vmid, generationText(one), one.node ?? ''));

const wantedOn = (index: number): Plan => ({
  vmid: 9010 + index,
  name: 'golden',
  generation: { family: 'golden', number: 2, held: true },
  template_keep: 2,
  template_nodes: NODES,
});

function seenOn(index: number, nodes: World, dead: readonly string[] = []): Observed {
  const node = NODES[index] ?? '';
  const others = recordsOf(nodes);
  const wanted = wantedOn(index);
  return {
    ...released(wanted, generationsOf(wanted, node, others), { node, records: others, lost: dead }),
    others,
    storages: [],
    lists: { ha: undefined, replication: undefined, jobs: undefined },
    removals: [],
    lost: [],
    localNode: node,
    running: new Set(),
    files: new Map(),
  };
}

/** What a run does on a node, of which it may die before any step. */
function rotate(index: number, nodes: World, steps = Infinity): void {
  const plan = planRotate(wantedOn(index), seenOn(index, nodes)).flat();
  for (const { action } of plan.slice(0, steps)) {
    if (action.kind !== 'qm') continue;
    const found = nodes.get(String(action.vmid));
    const name = action.properties['name'];
    if (found !== undefined && typeof name === 'string')
      nodes.set(String(action.vmid), { ...found, name, held: found.held === true && name !== 'golden' });
  }
}

const holders = (nodes: World): readonly number[] =>
  [...nodes.values()].filter(({ name }) => name === 'golden').map(({ vmid }) => vmid);

const change = (nodes: World, vmid: number, more: Partial<Made>): World =>
  nodes.set(String(vmid), { ...nodes.get(String(vmid))!, ...more });

describe('a generation that waits for its like on other nodes', () => {
  it('is not the current one, however whole it is', () => {
    const { others } = seenOn(0, world());

    for (const nodes of [undefined, NODES])
      expect(
        currentOf(generationsOf({ name: 'golden', template_nodes: nodes }, 'pve01', others))?.record.vmid,
      ).to.equal(9000);
  });

  it('is as good as any once it is wanted on its own node alone', () => {
    const { others } = seenOn(0, world());

    for (const nodes of [[], ['pve01']])
      expect(
        currentOf(generationsOf({ name: 'golden', template_nodes: nodes }, 'pve01', others))?.record.vmid,
      ).to.equal(9010);
  });

  it('gets the name, and loses its mark, when all have it', () => {
    const nodes = world();
    const [[rename] = []] = planRotate(wantedOn(0), seenOn(0, nodes)).filter(lane => lane.length > 0);

    expect(rename?.action).to.deep.include({ kind: 'qm', verb: 'set', vmid: 9010 });
    expect(JSON.stringify(rename?.action)).to.contain('proxmox-role').and.not.to.contain('held');
    for (const index of [0, 1, 2]) rotate(index, nodes);
    expect(holders(nodes)).to.deep.equal([9010, 9011, 9012]);
  });

  const lacks: Readonly<Record<string, (nodes: World) => void>> = {
    'is not there': nodes => void nodes.delete('9011'),
    'is half made': nodes => void change(nodes, 9011, { isWhole: false }),
    'is of another image': nodes => void change(nodes, 9011, { digest: 'sha256:other' }),
    'has other settings': nodes => void change(nodes, 9011, { settings: 'y' }),
    'was taken for something else': nodes => void change(nodes, 9011, { name: 'mine' }),
  };
  for (const [what, lack] of Object.entries(lacks))
    it(`leaves the name where it was on every node while the one on pve02 ${what}`, () => {
      const nodes = world();
      lack(nodes);
      for (const index of [0, 2])
        expect(() => rotate(index, nodes)).to.throw(
          UserError,
          /^cannot give the name golden to VM 901[02]: pve02 has no whole generation of the same image and settings/,
        );
      expect(holders(nodes)).to.deep.equal([9000, 9001, 9002]);
    });

  it('leaves the name where it was on every node while one that died within the run is down', () => {
    for (const index of [0, 1])
      expect(() => planRotate(wantedOn(index), seenOn(index, world(), ['pve03']))).to.throw(
        UserError,
        /^cannot give the name golden to VM 901[01]: pve03 is down, so the name stays where it was on every node; run the play again/,
      );
  });

  it('needs to be of an image whose digest is known, or of none', () => {
    for (const [image, isReleased] of [
      ['debian-12.qcow2', false],
      [undefined, true],
    ] as const) {
      const nodes = world();
      for (const vmid of [9010, 9011, 9012]) change(nodes, vmid, { digest: undefined, image });
      const attempt = (): void => rotate(0, nodes);
      if (isReleased) attempt();
      else expect(attempt).to.throw(UserError);
      expect(holders(nodes).includes(9010)).to.equal(isReleased);
    }
  });

  it('is released by the next run wherever one died, and no node is ever without the name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 6 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (deaths, order) => {
          const nodes = world();
          for (const [index, steps] of deaths) {
            rotate(index, nodes, steps);
            const held = new Set(holders(nodes).map(vmid => nodes.get(String(vmid))?.node));
            expect([...held].sort()).to.deep.equal([...NODES]);
          }
          for (const index of order) rotate(index, nodes);
          expect(holders(nodes)).to.deep.equal([9010, 9011, 9012]);
        },
      ),
    );
  });
});
