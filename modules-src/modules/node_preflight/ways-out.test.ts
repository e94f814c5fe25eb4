import { expect } from 'chai';
import { ROOT_ONLY_WISHES } from './broken-worlds/api.fixture.ts';
import { mends } from './broken-worlds/mends.fixture.ts';
import { inRole, wantedOf, worldOf } from './broken-worlds/world.fixture.ts';
import { worlds } from './broken-worlds/worlds.fixture.ts';
import { codes, type Code } from './codes.ts';
import { findProblems } from './plan.ts';
import { BY_HAND, BY_COMMAND } from './ways-out.fixture.ts';

const broken = worlds.filter(world => world.codes.length > 0);

describe('ways out that preflight prints', () => {
  for (const { title, ...world } of broken.filter(one => mends[one.title] !== undefined)) {
    it(`a setting mends ${title}`, () => {
      const before = findProblems(wantedOf(world), worldOf(world));
      const setting = { ...wantedOf(world), ...mends[title] };
      const after = findProblems(setting, worldOf({ ...world, malformed: [] }));
      const printed = inRole(before)
        .map(({ variable, fix }) => `${variable} ${fix}`)
        .join(' ');

      expect(after.map(({ code }) => code as Code)).not.to.include.members([...world.codes]);
      const [code] = world.codes;
      // What is no variable of the role is taken out of the play, and so has no name to print.
      if (['PVE-VAR-001', 'PVE-VAR-004', 'PVE-VAR-006'].includes(code ?? '')) return;
      expect(Object.keys(mends[title] ?? {}).some(name => printed.includes(`proxmox_${name}`))).to.equal(
        true,
      );
    });
  }

  for (const { title, variable, instead } of ROOT_ONLY_WISHES)
    it(`tell what a token may have instead of ${title}, or to go by SSH`, () => {
      const world = broken.find(one => one.title === `${title} by a token`)!;
      const [found] = inRole(findProblems(wantedOf(world), worldOf(world)));

      expect(found?.variable).to.equal(variable);
      expect(found?.fix)
        .to.match(new RegExp(`^${instead}`))
        .and.contain('or go by SSH');
    });

  it('are settings, commands that test/modules/preflight.test.ts runs on a node, or work of hands', () => {
    const open = broken.filter(
      ({ title, codes: [code = ''] }) =>
        mends[title] === undefined && !BY_COMMAND.has(code) && !Object.hasOwn(BY_HAND, code),
    );

    expect(open.map(({ title }) => title)).to.deep.equal([]);
    expect(Object.keys(mends).filter(title => !broken.some(world => world.title === title))).to.deep.equal(
      [],
    );
  });

  it('cover every code', () => {
    const met = new Set(broken.flatMap(world => world.codes));

    expect(Object.keys(codes).filter(code => !met.has(code as Code))).to.deep.equal([]);
    expect(met.size).to.be.at.least(40);
    console.log(
      `        ${broken.length} broken worlds, ${met.size} codes, ${Object.keys(mends).length} mended by a setting`,
    );
  });
});
