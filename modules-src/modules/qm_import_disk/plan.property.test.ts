import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import { formatSize } from '../../pve/text/size.ts';
import { importReport, planImport, type Observed } from './plan.ts';
import { GIB, image, wanted, observed } from './scene.fixture.ts';

describe('for any image and any size', () => {
  const size = fc.integer({ min: 1, max: 64 }).map(gib => `${gib}G`);

  it('the steps leave nothing to do, wherever a run died between them', () => {
    fc.assert(
      fc.property(
        fc.record(
          { disk: fc.constantFrom('scsi0', 'virtio0', 'sata1'), size, size_increase: size },
          { requiredKeys: ['disk'] },
        ),
        fc.integer({ min: 1, max: 32 }),
        fc.constantFrom('', '#notes\n', 'boot: order=net0\n', 'boot: order=scsi0;net0\n'),
        fc.nat(2),
        (more, gib, config, died) => {
          const wishes = { ...wanted, ...more };
          const node = modelNode({ 200: `name: web-01\n${config}` }, `${gib}G`);
          const look = (): Observed => {
            const text = (node.configs.get(200) ?? '').replace('name: web-01\n', '');
            const attached = text.includes(`${more.disk}: `);
            return observed(text, { image: attached ? undefined : image(gib) });
          };
          performSteps(node, planImport(wishes, look()).flat().slice(0, died));
          performSteps(node, planImport(wishes, look()).flat());

          expect(planImport(wishes, look())).to.deep.equal([]);
          const grown = Math.max(
            gib,
            more.size ? parseInt(more.size) : gib + parseInt(more.size_increase ?? '0'),
          );
          expect(importReport(wishes, look())['size']).to.equal(formatSize(grown * GIB));
        },
      ),
    );
  });
});
