import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageRecord } from '../sdk/image.ts';
import { StepError } from '../sdk/step-error.ts';
import { noteKept } from './keep-image.ts';

describe('the note of an image that is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is not written when somebody has removed the image, or put another in its place, meanwhile', async () => {
    const path = join(folder, 'a.img');
    const record: ImageRecord = {
      ...{ url: 'https://images.example/a.img', digest: 'sha256:1', content: 'sha256:1', verified: [] },
      identity: { size: 3, inode: '1', mtimeNs: '1', ctimeNs: '1' },
      ...{ format: 'raw', virtualSize: 3, fetched: '2026-11-27T00:00:00Z' },
    };
    for (const happens of [() => undefined, () => writeFileSync(path, 'bytes of somebody else')]) {
      happens();
      const error: unknown = await noteKept({ path, record }).catch((caught: unknown) => caught);

      expect(error).to.be.instanceOf(StepError);
      expect(String(error)).to.contain(`${path} was changed meanwhile`);
    }
  });
});
