import { checks } from './matrix/checks.ts';
import { oldest } from './matrix/combination.ts';
import { startPlace, type Place } from './matrix/place.ts';

const { ansible, node, pve } = oldest;

/** All else in `npm test` runs with what is current; `npm run test:matrix` runs everything between. */
describe(`ansible-core ${ansible.version}, Node.js ${node} and Proxmox VE ${pve}`, function () {
  this.timeout(180_000);
  let place: Place;
  before(async () => {
    const started = await startPlace(oldest);
    if (started === undefined) throw new Error(`no Python here runs ansible-core ${ansible.version}`);
    place = started;
  });
  after(() => place.scene.down());

  for (const { name, holds } of checks) it(name, () => holds(place));
});
