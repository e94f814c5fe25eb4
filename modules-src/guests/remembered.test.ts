import { expect } from 'chai';
import { chmodSync } from 'node:fs';
import { qm } from '../sdk/step.ts';
import { ownFolder } from '../system/own-folder.fixture.ts';
import { forget, readRemembered, remember } from './remembered.ts';

describe('what a run remembers of a VM', () => {
  const folder = ownFolder();
  const set = qm('set', 200, { description: 'mine' });

  it('is read by the next run, until an operation ends it or the VM is gone', async () => {
    for (const end of [{ ...set, remembers: [] }, qm('destroy', 200)]) {
      await remember(folder('ours'), { ...set, remembers: ['one', 'other'] });
      await forget(folder('ours'), { ...set, remembers: ['one', 'other'] });
      await remember(folder('ours'), set);
      await forget(folder('ours'), set);

      expect(await readRemembered(folder('ours'), 200)).to.deep.equal(['one', 'other']);
      expect(await readRemembered(folder('ours'), 201)).to.deep.equal([]);
      await forget(folder('ours'), end);
      expect(await readRemembered(folder('ours'), 200)).to.deep.equal([]);
    }
  });

  it('is nothing where others can write it', async () => {
    await remember(folder('ours'), { ...set, remembers: ['one'] });
    chmodSync(folder('ours', 'remembered-200'), 0o666);

    expect(await readRemembered(folder('ours'), 200)).to.deep.equal([]);
  });
});
