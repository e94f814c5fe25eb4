import { expect } from 'chai';
import { datedBuild } from './dated-build.ts';

const HEX = 'a'.repeat(64);
const DIGEST = `sha256:${HEX}`;

describe('the dated build that a moving name stands for', () => {
  it('is another name of the same digest in the sums file, in either form', () => {
    const url = 'https://images.test/9/cloud/Alma-9-latest.x86_64.qcow2';
    const dated = 'Alma-9-20251119.x86_64.qcow2';
    const buildBy = (list: string): string | undefined => datedBuild(url, url, DIGEST, list);

    expect(buildBy(`${HEX}  Alma-9-latest.x86_64.qcow2\n${HEX} *${dated}\n`)).to.equal(dated);
    expect(buildBy(`SHA256 (${dated}) = ${HEX}\n`)).to.equal(dated);
    expect(buildBy(`${'b'.repeat(64)}  ${dated}\n`)).to.equal(undefined);
  });

  it('is the name, or the dated directory, to which the server redirected', () => {
    const url = 'https://images.test/latest/disk.qcow2';
    const buildAt = (finalUrl: string): string | undefined => datedBuild(url, finalUrl, DIGEST, undefined);

    expect(buildAt('https://mirror.test/disk-20251119.qcow2')).to.equal('disk-20251119.qcow2');
    expect(buildAt('https://mirror.test/20251119-2/disk.qcow2')).to.equal('20251119-2');
    expect(buildAt(url)).to.equal(undefined);
  });
});
