import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startKeyMaker, type KeyMaker } from '../../images/openpgp.fixture.ts';
import { answer, byPath, file, type Scene } from '../../http/scripted-server.fixture.ts';
import { sha256, useFetchStage } from './fetch.fixture.ts';

describe('cloud_image_fetch, with signatures,', () => {
  const stage = useFetchStage();
  const { image, start, report, refusal, run, images, makeOld } = stage;
  const sums = `${sha256(image)} *noble.img\n`;
  const keyring = join(stage.work, 'keys.asc');
  let keys: KeyMaker;
  let publisher: string;
  before(() => {
    keys = startKeyMaker();
    publisher = keys.makeKey('publisher');
    writeFileSync(keyring, keys.publicKeys([publisher], true));
  });
  after(() => keys.remove());

  const serve = (more: Readonly<Record<string, Scene>>): Promise<void> =>
    start(byPath({ '/noble.img': file(image), '/SUMS': answer(200, {}, sums), ...more }));
  const signedList = () => ({
    checksum: `sha256:${stage.server().url}/SUMS`,
    signature_url: `${stage.server().url}/SUMS.asc`,
    keyring,
  });
  const signature = (text: string, key = publisher): Scene =>
    answer(200, {}, keys.sign(key, text).toString());

  it('believes a sums file that is signed, and says whose signature it is', async () => {
    await serve({ '/SUMS.asc': signature(sums) });

    expect(await report(signedList())).to.include({ verified: 'signature', signed_by: publisher });
    expect((await run(signedList())).steps).to.deep.equal([]);
    expect(stage.server().log).to.deep.equal(['GET /SUMS', 'GET /SUMS.asc', 'GET /noble.img']);
  });

  it('downloads nothing when the sums file was changed or another key signed it', async () => {
    const other = keys.makeKey('someone');
    for (const [scene, reason] of [
      [signature(`${'0'.repeat(64)} *noble.img\n`), 'the file or the signature was changed'],
      [signature(sums, other), 'a key that is not in the keyring'],
    ] as const) {
      await serve({ '/SUMS.asc': scene });
      expect(await refusal(signedList())).to.contain(reason);
      expect(images()).to.deep.equal([]);
      await stage.server().close();
    }
    await serve({});
    expect(await refusal(signedList())).to.match(/SUMS\.asc cannot be had: .* answered 404/);
    expect(await refusal({ ...signedList(), keyring: '/nowhere' })).to.contain('cannot be had');
  });

  it('believes nothing of a signed message but what is signed', async () => {
    const message = keys.sign(publisher, sums, { kind: '--clear-sign' }).toString();
    const inside = () => ({ checksum: `sha256:${stage.server().url}/SUMS`, keyring });
    await serve({ '/SUMS': answer(200, {}, `${message}\n${'0'.repeat(64)} *noble.img\n`) });
    expect(await report(inside())).to.include({ verified: 'signature' });
    await stage.server().close();

    await serve({ '/noble.img?2': file(image) });
    expect(await refusal({ ...inside(), url: `${stage.server().url}/noble.img?2` })).to.contain(
      'is not a signed message',
    );
  });

  it('believes a signature over the image itself', async () => {
    const over = () => ({ signature_url: `${stage.server().url}/noble.img.sig`, keyring });
    await serve({ '/noble.img.sig': answer(200, {}, keys.sign(publisher, '').toString()) });
    expect(await refusal(over())).to.contain('the file or the signature was changed');
    expect(images()).to.deep.equal([]);
    await stage.server().close();

    await serve({ '/noble.img.sig': answer(200, {}, keys.sign(publisher, image).toString()) });
    expect(await report(over())).to.include({ verified: 'signature' });
  });

  it('verifies an image again that was fetched without a signature, when one is demanded', async () => {
    await serve({ '/SUMS.asc': signature(sums) });
    expect(await report({ checksum: signedList().checksum })).to.include({ verified: 'checksum' });
    makeOld();

    expect(await report(signedList())).to.include({ verified: 'signature', cached: true });
    expect(stage.server().log.filter(line => line.endsWith('.img'))).to.have.lengthOf(1);
  });

  it('holds the user’s own digest binding beside a signature', async () => {
    await serve({ '/noble.img.sig': answer(200, {}, keys.sign(publisher, image).toString()) });
    const wrong = `sha256:${'1'.repeat(64)}`;
    const wishes = { signature_url: `${stage.server().url}/noble.img.sig`, keyring, checksum: wrong };

    expect(await refusal(wishes)).to.contain(`wanted is ${wrong}`);
  });
});
