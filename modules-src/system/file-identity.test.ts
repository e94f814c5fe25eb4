import { expect } from 'chai';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { ownFolder } from './own-folder.fixture.ts';
import { fileIdentity } from './file-identity.ts';

describe('what tells one state of an image from another', () => {
  const at = ownFolder();
  const refusal = (name: string): Promise<string> => fileIdentity(at(name)).then(() => 'none', String);

  it('is nothing where there is no file', async () => {
    expect(await fileIdentity(at('image.img'))).to.equal(undefined);
    expect(await fileIdentity(at('no-folder/image.img'))).to.equal(undefined);
  });

  it('is that of the file that a link leads to', async () => {
    writeFileSync(at('image.img'), 'content');
    symlinkSync('image.img', at('link.img'));

    expect(await fileIdentity(at('link.img'))).to.deep.equal(await fileIdentity(at('image.img')));
    expect((await fileIdentity(at('image.img')))?.size).to.equal(7);
  });

  it('is refused of a link that leads nowhere, or in a circle, and of what is no file', async () => {
    symlinkSync('nothing', at('nowhere.img'));
    symlinkSync('circle.img', at('circle.img'));
    mkdirSync(at('folder.img'));

    for (const name of ['nowhere.img', 'circle.img'])
      expect(await refusal(name)).to.contain('it is a link that leads nowhere; remove it');
    expect(await refusal('folder.img')).to.contain('it is no file; remove it');
  });
});
