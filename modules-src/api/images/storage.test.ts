import { expect } from 'chai';
import { startController } from './controller.fixture.ts';
import { imageStorage, isStoredAs, sentName, storedName } from './storage.ts';

const URL = 'https://images.test/img-0123456789ab.qcow2';
const DIGEST = `sha256:${'c'.repeat(64)}`;

describe('the name of an image on a storage', () => {
  it('tells what it is, whoever brought it', () => {
    expect(storedName(URL, DIGEST)).to.equal('img-0123456789ab-cccccccccccc.qcow2');
    expect(sentName(URL, DIGEST, 'raw')).to.match(/^img-0123456789ab-cccccccccccc-[0-9a-f]{4}[.]raw$/);
    for (const name of [storedName(URL, DIGEST), sentName(URL, DIGEST, 'qcow2')]) {
      expect(isStoredAs(`local:import/${name}`, URL, DIGEST)).to.equal(true);
      expect(isStoredAs(`local:import/${name}`, URL, undefined)).to.equal(true);
      expect(isStoredAs(`local:import/${name}`, URL, `sha256:${'d'.repeat(64)}`)).to.equal(false);
      expect(isStoredAs(`local:import/${name}`, 'https://images.test/img.qcow2', DIGEST)).to.equal(false);
    }
    expect(isStoredAs('local:import/img-0123456789ab.qcow2', URL, undefined)).to.equal(false);
  });
});

describe('the storage of images', () => {
  const ISO = { storage: 'local', type: 'dir', path: '/var/lib/vz', content: 'iso,backup' };

  async function told(storages: readonly object[], place = '/var/lib/vz/template/iso'): Promise<string> {
    const controller = await startController(() => storages);
    const answer = await imageStorage(controller.api, place).then(String, String);
    controller.close();
    return answer;
  }

  it('is told how it may hold them, and keeps what it holds', async () => {
    expect(await told([ISO])).to.contain('`pvesm set local --content iso,backup,import`');
    expect(await told([ISO], 'local')).to.contain('`pvesm set local --content iso,backup,import`');
  });

  it('is not told what would take all from a storage that nobody sees', async () => {
    expect(await told([])).to.match(
      /no storage of directories on pve01 that whoever asks may see; .* Datastore\.AllocateSpace/,
    );
    expect(await told([ISO], 'nas'))
      .to.contain('there is no storage "nas"')
      .and.contain('on /storage/nas')
      .and.not.contain('pvesm');
  });
});
