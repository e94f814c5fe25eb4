import { expect } from 'chai';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { listIsoImages } from '../guests/iso-images.ts';
import { startController, type Controller } from '../images/controller.fixture.ts';
import { readStorages } from './storages.ts';

const storage = (name: string) => ({ storage: name, type: 'dir', path: `/mnt/${name}`, content: 'iso' });

describe('the storages that the API lists', () => {
  let controller: Controller | undefined;
  afterEach(() => controller?.close());

  it('are in one order, whatever the order of the answer, and local is the first', async () => {
    for (const names of [
      ['nas', 'local', 'backup'],
      ['backup', 'nas', 'local'],
    ]) {
      controller = await startController(() => names.map(storage));
      const found = parseStorageConfig(await readStorages(controller.api)());
      expect(found.map(({ id }) => id)).to.deep.equal(['local', 'backup', 'nas']);
      controller.close();
    }
    controller = undefined;
  });

  it('show their images; one that is away shows none, and one that is there says why it does not', async () => {
    const active = { local: 1, nas: 0, broken: 1 };
    controller = await startController(path => {
      const [, id] = /storage\/(\w+)\/content/.exec(path) ?? [];
      if (id === undefined)
        return Object.entries(active).map(([name, state]) => ({ storage: name, active: state }));
      if (id === 'local') return [{ volid: 'local:iso/a.iso' }];
      throw new Error(`storage '${id}' is not online`);
    });
    const list = listIsoImages(controller.api);

    expect(await list(['local', 'nas'])).to.deep.equal(['local:iso/a.iso']);
    expect(await list(['broken']).then(String, String)).to.contain("storage 'broken' is not online");
  });
});
