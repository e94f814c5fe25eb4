import { expect } from 'chai';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { described } from '../../pve/vms/fixtures/model-config.ts';
import { modelNode } from '../../pve/vms/fixtures/model-node.ts';
import { firstDescription, withMarker } from '../../pve/vms/marker.ts';
import { settingsDigest } from '../../pve/vms/generations/settings-digest.ts';
import { claimsIn } from '../../system/named-locks.ts';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import type { ImageReading } from '../../sdk/image.ts';
import definition from './module.ts';
import { observeGenerations } from './observe.ts';
import type { Wanted } from './params.ts';

const [OLD, OTHER] = ['sha256:old', 'sha256:other'];
const wanted = { name: 'golden', template_vmid_range: '9000-9009', image: 'http://x.test/a.img' } as Wanted;

/** What check mode tells of a template of the old image, by what a download is to bring and what the cache has. */
async function checked(next_image: Wanted['next_image'], cached: string | undefined, checkMode = true) {
  const generation = { family: 'golden', number: 1, settings: settingsDigest('golden', {}) };
  const notes = described(withMarker('', { vmid: 9000, digest: OLD, generation }));
  const model = modelNode({
    9000: `${notes}name: golden\ntemplate: 1\nscsi0: local:9000/base-9000-disk-0.raw\n`,
  });
  // The digest is all that is looked at.
  const image = cached === undefined ? undefined : ({ digest: cached } as ImageReading);
  const cluster = memoryCluster(model, { readImage: () => Promise.resolve(image) });
  const asked = { ...wanted, next_image };
  const found = await observeGenerations(asked, { checkMode }, cluster);
  return definition.report?.(asked, found, found, []) ?? {};
}

describe('a template whose image is still to be fetched', () => {
  it('is not said to give way where nothing tells that the image is another one, but that it may', async () => {
    for (const [next, cached] of [
      ['unknown', OLD],
      ['unknown', undefined],
      // The cache is another machine's, and behind.
      ['another', OTHER],
    ] as const) {
      const told = await checked(next, cached);
      expect(told).to.deep.include({ vmid: 9000, behind: [] });
      expect(told['summary']).to.match(/^to be replaced if the image, .*, is another one$/);
    }
  });

  it('is said to give way where the image that it was made of does', async () => {
    const told = await checked('another', OLD);

    expect(told['vmid']).to.equal(9001);
    expect(told['behind']).to.have.lengthOf(1);
    expect(told).not.to.have.property('summary');
  });

  it('is judged by what is in the cache when it is there, and in a run', async () => {
    expect(await checked('same', OLD)).to.deep.include({ vmid: 9000, behind: [] });
    expect((await checked('same', OTHER))['vmid']).to.equal(9001);
    expect((await checked('unknown', OTHER, false))['vmid']).to.equal(9001);
    expect(await checked('same', OLD)).not.to.have.property('summary');
  });
});

describe('two templates that take VMIDs from one range at once', () => {
  const folder = ownFolder();
  const choose = async (name: string, checkMode = false): Promise<number> => {
    const { keepVmid } = claimsIn(
      folder('locks'),
      () => Promise.resolve(false),
      () => undefined,
    );
    const cluster = memoryCluster(modelNode({}), { keepVmid });
    return (await observeGenerations({ ...wanted, name }, { checkMode }, cluster)).choice.vmid;
  };

  it('choose two, and each the same again', async () => {
    const chosen = await Promise.all(['golden', 'silver', 'golden', 'silver'].map(name => choose(name)));

    expect(new Set(chosen).size).to.equal(2);
    expect(chosen.slice(2)).to.deep.equal(chosen.slice(0, 2));
  });

  it('keep none in check mode', async () => {
    await choose('golden', true);

    expect(await choose('silver')).to.equal(9000);
  });
});

describe('a template that two controllers replace at once', () => {
  const generation = (number: number) => ({
    family: 'golden',
    number,
    settings: settingsDigest('golden', {}),
  });
  const current = described(withMarker('', { vmid: 9000, digest: OLD, generation: generation(1) }));
  const [vmgenid, name] = ['00000000-0000-4000-8000-000000000001', 'golden-g2'];
  const mark = { vmid: 9001, node: 'pve01', id: vmgenid, digest: OTHER, generation: generation(2) };
  const begun = `${described(firstDescription('', '', mark))}name: ${name}\nvmgenid: ${vmgenid}\n`;
  const scene = () =>
    modelNode({ 9000: `${current}name: golden\ntemplate: 1\nscsi0: local:9000/base-9000-disk-0.raw\n` });
  const readImage = () => Promise.resolve({ digest: OTHER } as ImageReading);

  it('gets the VMID that was free when its generations were looked at', async () => {
    const model = scene();
    const before = memoryCluster(model, { readImage });
    const cluster = {
      ...before,
      listGuests: async () => {
        const guests = await before.listGuests();
        model.configs.set(9001, begun);
        return guests;
      },
    };

    const { choice } = await observeGenerations(wanted, { checkMode: false }, cluster);

    expect(choice).to.include({ vmid: 9001, name, number: 2 });
  });

  it('is gone on with where the other one was at work on it when it was looked at', async () => {
    const model = scene();
    model.configs.set(9001, `${begun}[PENDING]\nscsi0: local:9001/vm-9001-disk-0.raw,size=1M\n`);
    const readRemains = () => {
      model.configs.set(9001, begun);
      return Promise.resolve(undefined);
    };

    const cluster = memoryCluster(model, { readImage, readRemains });
    const { choice } = await observeGenerations(wanted, { checkMode: false }, cluster);

    expect(choice).to.include({ vmid: 9001, name, number: 2 });
  });
});
