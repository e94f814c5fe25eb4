import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps, type ModelNode } from '../../pve/vms/fixtures/model-node.ts';
import { currentOf, nameOf } from '../../pve/vms/generations/family.ts';
import { linkedClones } from '../../pve/vms/linked-clones.ts';
import type { Step } from '../../sdk/step.ts';
import { planRotate } from './plan.ts';
import { generationText, linkedText, look, wanted } from './scene.fixture.ts';

/** Generations as runs that died anywhere, by one controller or two, may have left them; the first is whole. */
const family = fc.array(
  fc.record({
    isWhole: fc.boolean(),
    hasName: fc.boolean(),
    hasClone: fc.boolean(),
    isProtected: fc.boolean(),
    // Two controllers may have begun the same generation.
    isTwin: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

type Family = typeof family extends fc.Arbitrary<infer T> ? T : never;

function nodeWith(members: Family): ModelNode {
  const configs: Record<number, string> = {};
  members.forEach((member, index) => {
    const vmid = 9000 + index;
    const number = member.isTwin && index > 0 ? index : index + 1;
    configs[vmid] = generationText({
      vmid,
      number,
      name: member.hasName ? 'golden' : `golden-g${number}`,
      isWhole: index === 0 || member.isWhole,
      more: member.isProtected ? 'protection: 1\n' : '',
    });
    if (member.hasClone && (index === 0 || member.isWhole))
      configs[300 + index] = linkedText(vmid, 300 + index);
  });
  return modelNode(configs);
}

const plan = (node: ModelNode, keep: number): Step[] =>
  planRotate({ ...wanted, template_keep: keep }, look(node)).flat();

const holders = (node: ModelNode): number[] =>
  look(node)
    .generations.filter(({ record }) => nameOf(record) === 'golden')
    .map(({ record }) => record.vmid);

describe('for any generations that runs have left', () => {
  const keep = fc.integer({ min: 1, max: 3 });

  it('the newest whole one has the name alone, and nothing is left to do', () => {
    fc.assert(
      fc.property(family, keep, (members, count) => {
        const node = nodeWith(members);
        const newest = currentOf(look(node).generations)?.record.vmid;
        performSteps(node, plan(node, count));

        expect(plan(node, count)).to.deep.equal([]);
        expect(holders(node)).to.deep.equal([newest]);
      }),
    );
  });

  it('a run that is killed after any step is finished by the next one, with the same end', () => {
    fc.assert(
      fc.property(family, keep, fc.nat(12), (members, count, killedAfter) => {
        const [whole, killed] = [nodeWith(members), nodeWith(members)];
        performSteps(whole, plan(whole, count));
        performSteps(killed, plan(killed, count).slice(0, killedAfter));
        performSteps(killed, plan(killed, count));

        expect(killed.configs).to.deep.equal(whole.configs);
      }),
    );
  });

  it('the name is there after every single step, once it was', () => {
    fc.assert(
      fc.property(family, keep, (members, count) => {
        const node = nodeWith(members);
        const isHeld = holders(node).length > 0;
        for (const step of plan(node, count)) {
          performSteps(node, [step]);
          if (isHeld) expect(holders(node)).not.to.deep.equal([]);
        }
      }),
    );
  });

  it('nothing goes on which clones stand, that is protected, or that is among those that are kept', () => {
    fc.assert(
      fc.property(family, keep, (members, count) => {
        const node = nodeWith(members);
        const { generations, others, storages } = look(node);
        performSteps(node, plan(node, count));
        const gone = generations.filter(({ record }) => !node.configs.has(record.vmid));
        const kept = generations.filter(({ isWhole }) => isWhole).slice(0, count);

        for (const one of gone) {
          expect(linkedClones(one.record, others, storages)).to.deep.equal([]);
          expect(one.record.config.get('protection')).to.equal(undefined);
          expect(kept).not.to.include(one);
        }
      }),
    );
  });
});
