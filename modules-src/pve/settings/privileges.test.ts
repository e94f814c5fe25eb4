import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { QmProperties, QmVerb } from '../../sdk/step.ts';
import { neededPrivileges } from './privileges.ts';

/** What a token was given one privilege after the other, until PVE 9.2 let it do this (recorded, with the id of the call). */
interface Climbed {
  readonly id: string;
  readonly name: string;
  readonly verb: QmVerb;
  readonly vmid: number;
  readonly properties: QmProperties;
  readonly config: Readonly<Record<string, string>>;
  readonly granted: readonly string[];
}

const climbed = JSON.parse(
  readFileSync(new URL('fixtures/privileges.json', import.meta.url), 'utf8'),
) as readonly Climbed[];

/** Each climb of a change began with one of them, because any `VM.Config` privilege opens the door. */
const DOOR_OPENER = /^\/vms\/\d+ VM\.Config\.(?:Options|Disk)$/;

describe('the privileges that an operation needs', () => {
  for (const { id, name, verb, vmid, properties, config, granted } of climbed)
    it(`are those that PVE asked for: ${name} [${id}]`, () => {
      const needed = neededPrivileges({ kind: 'qm', verb, vmid, properties }, new Map(Object.entries(config)))
        .map(({ path, privilege }) => `${path} ${privilege}`)
        .sort();

      const spare = granted.filter(one => !needed.includes(one));
      expect(needed.filter(one => !granted.includes(one))).to.be.empty;
      expect(spare.filter(one => verb !== 'set' || !DOOR_OPENER.test(one))).to.be.empty;
    });
});
