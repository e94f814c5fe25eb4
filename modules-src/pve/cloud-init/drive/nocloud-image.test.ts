import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { readIso } from '../../text/iso9660.ts';
import { nocloudImage } from './nocloud-image.ts';

const parts = new Map([
  ['user-data', '#cloud-config\nhostname: web\n'],
  ['meta-data', 'instance-id: 1\n'],
  ['network-config', 'version: 1\n'],
  ['vendor-data', ''],
]);

const texts = (image: Buffer): ReadonlyMap<string, string> =>
  new Map([...(readIso(image) ?? [])].map(([name, content]) => [name, content.toString()]));

describe('a NoCloud drive of our own', () => {
  it('holds the files under their names, whatever their size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 5000, unit: 'grapheme' }), { minLength: 1, maxLength: 4 }),
        all => {
          const files = new Map(
            [...parts.keys()].slice(0, all.length).map((name, index) => [name, all[index] ?? '']),
          );

          expect(texts(nocloudImage(files))).to.deep.equal(files);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is the same bytes for the same files', () => {
    expect(nocloudImage(parts).equals(nocloudImage(new Map(parts)))).to.equal(true);
  });

  describe('as a file', () => {
    const folder = mkdtempSync(`${tmpdir()}/nocloud-`);
    const file = `${folder}/drive.iso`;
    after(() => rmSync(folder, { recursive: true }));

    it('is a file system named cidata that others read as well', () => {
      writeFileSync(file, nocloudImage(parts));
      const isoinfo = (...args: string[]): string =>
        execFileSync('isoinfo', ['-i', file, ...args], { encoding: 'utf8' });

      expect(isoinfo('-d'))
        .to.match(/^Volume id: cidata$/m)
        .and.match(/^Rock Ridge signatures version 1 found$/m);
      expect(isoinfo('-R', '-f').trim().split('\n').sort()).to.deep.equal(
        [...parts.keys()].map(name => `/${name}`).sort(),
      );
      expect(isoinfo('-R', '-x', '/user-data')).to.equal(parts.get('user-data'));
    });
  });
});
