import { expect } from 'chai';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import { planRotate } from './plan.ts';
import { rotationReport } from './report.ts';
import { generationText, linkedText, look, wanted } from './scene.fixture.ts';

/** Three generations, the newest of which is yet to take over; a clone stands on the first. */
const node = () =>
  modelNode({
    9000: generationText({ vmid: 9000, number: 1, name: 'golden-g1' }),
    9001: generationText({ vmid: 9001, number: 2, name: 'golden' }),
    9002: generationText({ vmid: 9002, number: 3, name: 'golden-g3' }),
    301: linkedText(9000, 301),
  });
const one = { ...wanted, template_keep: 1 };

describe('what is told of a rotation', () => {
  it('is what it did: which one has the name, which are kept and why, which are gone', () => {
    const [before, after] = [node(), node()];
    performSteps(after, planRotate(one, look(after)).flat());

    expect(rotationReport(one, look(after), look(before))).to.deep.include({
      vmid: 9002,
      removed: [9001],
      state: 'template, generation 3',
      takeover: 'replaces the one before',
      lines: [
        'generation 1: VM 9000 (golden-g1), kept: linked clones stand on it: clone-301 (301); ' +
          'remove those first, or give them disks of their own with `qm disk move`',
        'removed: VM 9001',
      ],
    });
  });

  it('is what it would do, in check mode', () => {
    const seen = look(node());

    expect(rotationReport({ ...one, template_keep: 3 }, seen, seen)).to.deep.include({
      removed: [],
      takeover: 'would replace the one before',
      lines: ['generation 2: VM 9001 (golden)', 'generation 1: VM 9000 (golden-g1)'],
    });
  });
});
