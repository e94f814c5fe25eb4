import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJob } from './job.ts';

describe('a background job', () => {
  let file: string;
  before(() => {
    file = join(mkdtempSync(join(tmpdir(), 'job-')), 'j1.2');
  });
  after(() => rmSync(join(file, '..'), { recursive: true }));
  const endedWith = async (text: string) => {
    writeFileSync(file, text);
    return (await readJob(file))?.isEnded;
  };

  it('is there or not', async () => {
    expect(await readJob(`${file}-other`)).to.equal(undefined);
  });

  it('goes on until its result is there, in the words of each ansible-core', async () => {
    expect(await endedWith('{"started": 1, "finished": 0, "ansible_job_id": "j1.2"}')).to.equal(false);
    expect(await endedWith('{"started": true, "finished": false, "ansible_job_id": "j1.2"}')).to.equal(false);
    expect(await endedWith('{"changed": true, "path": "/x.qcow2"}')).to.equal(true);
    expect(await endedWith('{"failed": 1, "msg": "Traceback"}')).to.equal(true);
    expect(await endedWith('{"changed": tr')).to.equal(false);
  });
});
