import { expect } from 'chai';
import { isStoredAs, sentName, storedName } from './storage.ts';

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
