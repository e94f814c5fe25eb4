import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import { readJob } from './job.ts';

describe('a background job', () => {
  const at = ownFolder();
  const endedWith = async (text: string) => {
    writeFileSync(at('j1.2'), text);
    return (await readJob(at('j1.2')))?.isEnded;
  };

  it('is there or not', async () => {
    expect(await readJob(at('other'))).to.equal(undefined);
  });

  it('goes on until its result is there, in the words of each ansible-core', async () => {
    expect(await endedWith('{"started": 1, "finished": 0, "ansible_job_id": "j1.2"}')).to.equal(false);
    expect(await endedWith('{"started": true, "finished": false, "ansible_job_id": "j1.2"}')).to.equal(false);
    expect(await endedWith('{"changed": true, "path": "/x.qcow2"}')).to.equal(true);
    expect(await endedWith('{"failed": 1, "msg": "Traceback"}')).to.equal(true);
    expect(await endedWith('{"changed": tr')).to.equal(false);
  });
});
