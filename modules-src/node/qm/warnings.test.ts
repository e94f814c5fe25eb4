import { expect } from 'chai';
import { heardWarnings, hearWarnings, withoutWarnings } from './warnings.ts';

describe('what a call of qm warns of', () => {
  const output = 'Formatting …\nWARN: no efidisk configured! Using temporary efivars disk.\nWARNING: other\n';

  it('is told with the call that warned, once', () => {
    hearWarnings('start 200', output);
    hearWarnings('start 200', output);

    expect(heardWarnings()).to.deep.equal([
      'start 200: WARN: no efidisk configured! Using temporary efivars disk.',
    ]);
  });

  it('is not why it failed', () => {
    expect(withoutWarnings('WARN: odd\n').trim()).to.equal('');
    expect(withoutWarnings('WARN: odd\nno space\n').trim()).to.equal('no space');
  });
});
