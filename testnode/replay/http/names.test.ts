import { expect } from 'chai';
import { createNames } from './names.ts';

const RECORDED = 'UPID:pve01:000014FE:00085BB3:6B081FCC:qmcreate:111:root@pam:';
const NOW = 'UPID:pve01:00000A2B:0000FFFF:6C000000:qmcreate:111:root@pam:';

describe('names that a node makes up', () => {
  const names = createNames();
  names.learn({ data: RECORDED, digest: 'a'.repeat(40) }, { data: NOW, digest: 'b'.repeat(40) });

  it('stand in later paths as they are now, encoded or not', () => {
    expect(names.translatePath(`/tasks/${RECORDED}/log`)).to.equal(`/tasks/${NOW}/log`);
    expect(names.translatePath(`/tasks/${encodeURIComponent(RECORDED)}/log`)).to.equal(
      `/tasks/${encodeURIComponent(NOW)}/log`,
    );
  });

  it('stand in later bodies', () => {
    expect(names.translateBody({ digest: 'a'.repeat(40), delete: ['x'] })).to.deep.equal({
      digest: 'b'.repeat(40),
      delete: ['x'],
    });
  });

  it('are also the numbers of processes', () => {
    expect(names.translateCommand(['bash', '-c', `kill -9 5374; sleep 1`])).to.deep.equal([
      'bash',
      '-c',
      `kill -9 2603; sleep 1`,
    ]);
  });
});
