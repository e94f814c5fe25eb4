import { expect } from 'chai';
import { described } from '../../pve/vms/fixtures/model-config.ts';
import { modelNode } from '../../pve/vms/fixtures/model-node.ts';
import { readMarker, withMarker } from '../../pve/vms/marker.ts';
import { foundSnippets } from '../../pve/cloud-init/snippets.fixture.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { Remains } from '../../sdk/readings.ts';
import type { Step } from '../../sdk/step.ts';
import { planRotate, rotationNotices } from './plan.ts';
import { generationText, linkedText, look, wanted, type Made } from './scene.fixture.ts';

const steps = (made: readonly Made[], others: Readonly<Record<number, string>> = {}, keep = 2): Step[] =>
  planRotate(
    { ...wanted, template_keep: keep },
    look(modelNode({ ...Object.fromEntries(made.map(one => [one.vmid, generationText(one)])), ...others })),
  ).flat();

const summaries = (...given: Parameters<typeof steps>): string[] =>
  steps(...given).map(({ summary }) => summary);

const old: Made = { vmid: 9000, name: 'golden', number: 1 };
const made: Made = { vmid: 9001, name: 'golden-g2', number: 2 };
const moved: readonly Made[] = [
  { ...old, name: 'golden-g1' },
  { ...made, name: 'golden' },
];
const third: Made = { vmid: 9002, name: 'golden', number: 3 };

describe('the name of a template', () => {
  it('goes to the new generation before the old one gives it up', () => {
    expect(summaries([old, made])).to.deep.equal([
      'rename VM 9001 from golden-g2 to golden',
      'rename VM 9000 from golden to golden-g1',
    ]);
  });

  it('stays where it is once it has moved, and while the next generation is not whole', () => {
    expect(summaries(moved)).to.deep.equal([]);
    expect(summaries([old, { ...made, isWhole: false }])).to.deep.equal([]);
  });

  it('is taken from the old one by the run after one that died in between', () => {
    expect(summaries([old, { ...made, name: 'golden' }])).to.deep.equal([
      'rename VM 9000 from golden to golden-g1',
    ]);
  });

  it('comes with a mark for a template from before generations were counted', () => {
    const config = 'name: golden\ntemplate: 1\nscsi0: local:9000/base-9000-disk-0.qcow2,size=8G\n';
    const notes = described(withMarker('mine', { vmid: 9000, digest: 'sha256:ab' }));
    const [, rename] = steps([made], { 9000: notes + config });
    const description = rename?.action.kind === 'qm' ? rename.action.properties['description'] : undefined;

    const text = typeof description === 'string' ? description : '';

    expect(text).to.match(/^mine\n/);
    expect(readMarker(text, 9000)).to.deep.equal({
      vmid: 9000,
      digest: 'sha256:ab',
      generation: { family: 'golden', number: 1 },
    });
  });

  it('is that of no clone, and of no VM of somebody else', () => {
    const notes = described(withMarker('', { vmid: 301, clonedFrom: 9001 }));

    expect(summaries(moved, { 301: `${notes}name: golden\n`, 400: 'name: golden\n' })).to.deep.equal([]);
  });

  it('is moved by nobody while a task works on the template', () => {
    expect(() => summaries([old, { ...made, more: 'lock: backup\n' }])).to.throw(
      UserError,
      'is locked (backup)',
    );
  });

  it('has no use where no generation is whole', () => {
    expect(() => summaries([{ ...old, isWhole: false }])).to.throw(UserError, 'no generation of it is whole');
  });
});

describe('an old generation', () => {
  it('goes when there are more than are kept, oldest first kept last', () => {
    expect(
      summaries([...moved.map(one => ({ ...one, name: `golden-g${one.number}` })), third]),
    ).to.deep.equal([
      'remove generation 1, VM 9000 (golden-g1) and its disks local:9000/base-9000-disk-0.qcow2',
    ]);
  });

  it('that no run will finish stays, because it is no template, and so does the newest', () => {
    expect(
      summaries([
        { ...old, isWhole: false, name: 'golden-g1' },
        { ...made, name: 'golden' },
      ]),
    ).to.deep.equal([]);
    expect(summaries([third, { ...made, number: 4, isWhole: false }], {}, 1)).to.deep.equal([]);
  });

  it('stays while linked clones stand on it, wherever they are', () => {
    expect(summaries(moved, { 301: linkedText(9000, 301) }, 1)).to.deep.equal([]);
  });

  it('stays while a copy made by hand reads its snippets', () => {
    const text = 'name: c\ncicustom: vendor=local:snippets/proxmox-role-9000-vendor.yaml\n';

    expect(summaries(moved, { 302: text }, 1)).to.deep.equal([]);
  });

  it('stays while it is protected or locked', () => {
    for (const more of ['protection: 1\n', 'lock: backup\n'])
      expect(
        summaries(
          [
            { ...old, name: 'golden-g1', more },
            { ...made, name: 'golden' },
          ],
          {},
          1,
        ),
      ).to.deep.equal([]);
  });

  it('takes its snippets and its drive with it, after it: one that cannot be removed still needs them', () => {
    const node = modelNode(Object.fromEntries(moved.map(one => [one.vmid, generationText(one)])));
    const files = { snippets: foundSnippets(['local:snippets/x.yaml']), drives: ['local:iso/x.iso'] };
    const seen = { ...look(node), files: new Map([[9000, files]]) };

    expect(
      planRotate({ ...wanted, template_keep: 1 }, seen)
        .flat()
        .map(({ action }) => action.kind),
    ).to.deep.equal(['qm', 'remove-snippet', 'free-volume']);
  });

  it('tells of a snippet that the API hides, and of no other one', () => {
    const node = modelNode(Object.fromEntries(moved.map(one => [one.vmid, generationText(one)])));
    const seen = look(node);
    const hidden = (vmid: number) => ({
      snippets: foundSnippets([], [`local:snippets/proxmox-role-${vmid}-0c0ffee0-vendor.yaml`]),
      drives: [],
    });
    const files = new Map([9000, 9001].map(vmid => [vmid, hidden(vmid)]));
    const rotate = { ...wanted, template_keep: 1 };

    expect(rotationNotices(rotate, seen, { ...seen, files }).warnings).to.deep.equal([
      'the snippet local:snippets/proxmox-role-9000-0c0ffee0-vendor.yaml stays: the API shows and removes it only with ' +
        'Datastore.Allocate on /storage/local, and while that is active; ' +
        '`pvesm free local:snippets/proxmox-role-9000-0c0ffee0-vendor.yaml` on pve01 removes it',
    ]);
  });

  it('whose removal was interrupted loses what is left of it, and those of other families nothing', () => {
    const node = modelNode(Object.fromEntries(moved.map(one => [one.vmid, generationText(one)])));
    const remainsOf = (snippet: string): Remains => ({
      ...{ verb: 'destroy', since: '2026-01-01T00:00:00.000Z', isBusy: false, volumes: [], doubtful: [] },
      snippets: [snippet],
    });
    const removals = ['golden-g3', 'golden', 'golden-g3x', 'silver-g3', 'goldengate'].map((name, index) => ({
      ...{ vmid: 9003 + index, name },
      remains: remainsOf(`local:snippets/${name}.yaml`),
    }));

    expect(
      planRotate(wanted, { ...look(node), removals })
        .flat()
        .map(({ summary }) => summary),
    ).to.deep.equal([
      'remove local:snippets/golden-g3.yaml, which the removal of VM 9003 (golden-g3) that was interrupted on 2026-01-01T00:00:00.000Z has left',
      'remove local:snippets/golden.yaml, which the removal of VM 9004 (golden) that was interrupted on 2026-01-01T00:00:00.000Z has left',
    ]);
  });
});

describe('a generation that was begun for other wishes than those of now', () => {
  const warnings = (
    vmid: number,
    more: Readonly<Record<number, string>>,
    stub?: string,
  ): readonly string[] => {
    const texts = Object.fromEntries(moved.map(one => [one.vmid, generationText(one)]));
    const seen = look(modelNode({ ...texts, ...more }));
    const others = seen.others.map(one => (one.vmid === 9002 && stub ? { ...one, begunAs: stub } : one));
    const observed = { ...seen, others };
    return rotationNotices({ ...wanted, vmid }, observed, observed).warnings ?? [];
  };
  const half = { 9002: generationText({ vmid: 9002, name: 'golden-g3', number: 3, isWhole: false }) };

  it('is told, with the command that removes it', () => {
    expect(warnings(9001, half)).to.deep.equal([
      'VM 9002 (golden-g3) was begun as generation 3 and is not finished, and generation 2 is what this play wants; ' +
        'if no other goes on with it, remove it with `qm destroy 9002 --purge`',
    ]);
  });

  it('is told as well when its creation had only begun, and others’ stubs are not', () => {
    const stub = { 9002: 'lock: create\n' };
    expect(warnings(9001, stub, 'golden-g3')).to.deep.equal([
      'VM 9002 is what an interrupted creation of golden-g3 has left, and generation 2 is what this play wants; ' +
        'if no other goes on with it, remove it with `qm destroy 9002 --skiplock 1`',
    ]);
    expect(warnings(9001, stub, 'silver')).to.deep.equal([]);
    expect(warnings(9001, stub)).to.deep.equal([]);
  });

  it('is not told while it is worked on', () => {
    expect(warnings(9002, half)).to.deep.equal([]);
  });
});

it('the marker of a generation survives a configuration file', () => {
  const config = parseVmConfig(generationText(made));

  expect(readMarker(config.get('description'), 9001)?.generation?.number).to.equal(2);
});
