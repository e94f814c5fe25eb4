import { expect } from 'chai';
import { startController, type Refused } from '../images/controller.fixture.ts';
import { missingFiles } from './missing-files.ts';

const forbidden = (): Refused => Object.assign(new Error('no'), { status: 403 });

describe('files that are named and not there, by the API', () => {
  it('are told by one list of each storage and kind, and nothing is said of what may not be seen', async () => {
    const controller = await startController(path => {
      if (path.includes('/storage/hidden/')) throw forbidden();
      return path.endsWith('content=iso') ? [{ volid: 'local:iso/a.iso' }] : [];
    });
    const named = ['local:iso/a.iso', 'local:iso/b.iso', 'local:snippets/c.yaml', 'hidden:iso/d.iso'];
    const missing = await missingFiles(controller.api)([...named, 'local:100/vm-100-disk-0.raw']);
    const asked = controller.seen.map(({ url }) => url);
    controller.close();

    expect(missing).to.deep.equal(['local:iso/b.iso', 'local:snippets/c.yaml']);
    expect(asked).to.have.lengthOf(3);
    expect(new Set(asked).size).to.equal(3);
  });
});
