import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { checks } from './checks.ts';
import { combinations, oldest } from './combination.ts';
import { orNoPython } from './programs.ts';
import { startPlace, type Place } from './place.ts';
import { markdownTable, PAGE } from './table.ts';

const { ansible, node, pve } = oldest;

/** All else in `npm test` runs with what is current; `npm run test:matrix` runs everything between. */
describe(`ansible-core ${ansible.version}, Node.js ${node} and Proxmox VE ${pve}`, function () {
  this.timeout(300_000);
  let place: Place;
  before(async () => {
    place = orNoPython(await startPlace(oldest), ansible);
  });
  after(() => place.scene.down());

  for (const { name, holds } of checks) it(name, () => holds(place));

  it('stands in docs/testing.md with all others, each of which passed', () => {
    const all = combinations.map(combination => ({ ...combination, passed: checks.length }));
    expect(readFileSync(PAGE, 'utf8')).to.contain(markdownTable(all));
  });
});
