import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from '../../build/modules.ts';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { openRestAccess } from '../../testnode/host/rest-access.ts';
import { VM_OPTIONS } from '../../testnode/pve/options/vm.ts';
import type { DoorCounts } from './on-node/door-properties.ts';
import { runOnNode } from './on-node/run.ts';
import type { PropertyCounts } from './on-node/setting-properties.ts';
import type { SettingRow } from './on-node/setting-table.ts';
import { settingPage } from './page.ts';

const PAGE = `${root}docs/reference/settings.md`;

/** Options that no variable may set as they are: the role has other ways for them, or PVE keeps them for itself. */
const NOT_SETTINGS = /^(?:cipassword|sshkeys|lock|name|template|unused\d+)$/;

/** Thousands of runs instead of some hundred. */
const MANY = process.env['MANY'] === '1';

describe('settings', function () {
  this.timeout(MANY ? 900_000 : 120_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await startNodes();
  });
  after(() => cluster.down());

  describe('changed one at a time on a VM that runs', () => {
    let rows: readonly SettingRow[];
    before(async () => {
      rows = (await runOnNode(cluster, 'table')) as readonly SettingRow[];
    });

    const failing = (isRight: (row: SettingRow) => boolean): readonly SettingRow[] =>
      rows.filter(row => !isRight(row));

    it('change that option and nothing else, once', () => {
      expect(failing(({ others, left }) => others.length + left === 0)).to.deep.equal([]);
    });

    it('take effect when it was foretold', () => {
      expect(failing(({ effect, foretold }) => effect === foretold)).to.deep.equal([]);
    });

    it('are left alone, with the reason, where data would be lost', () => {
      const refused = rows.filter(({ effect }) => effect === 'refused');

      expect(refused).to.have.length.above(5);
      expect(
        refused.filter(({ commands, reason = '' }) => commands.length > 0 || reason === ''),
      ).to.deep.equal([]);
    });

    it('wait for a stop where the machine would change, and are set with one', () => {
      const waiting = rows.filter(({ effect }) => effect === 'stop');

      expect(waiting).to.have.length.above(4);
      expect(waiting.filter(({ commands }) => commands.length > 0)).to.deep.equal([]);
      expect(failing(({ leftAfterStop }) => leftAfterStop === 0)).to.deep.equal([]);
    });

    it('are every option that a VM may have', () => {
      const kinds = (names: readonly string[]): string[] => [
        ...new Set(names.map(name => name.replace(/\d+$/, '#'))),
      ];
      const known = kinds(Object.keys(VM_OPTIONS).filter(name => !NOT_SETTINGS.test(name)));

      expect(kinds(rows.map(({ option }) => option))).to.have.members(known);
    });

    it('are listed in docs/reference/settings.md', () => {
      const page = settingPage(rows);
      if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, page);

      expect(readFileSync(PAGE, 'utf8'), 'mend with WRITE_DOCS=1').to.equal(page);
    });
  });

  it('of any kind, on any VM, are as declared after one run, wherever an earlier one died', async () => {
    const counts = (await runOnNode(cluster, MANY ? 'many-properties' : 'properties')) as PropertyCounts;

    expect(counts.created).to.be.at.least(10);
    expect(counts.converged).to.be.above(counts.refused);
    expect(counts.refused).to.be.above(0);
    expect(counts.restarted).to.be.above(0);
  });

  it('of any kind come to the same by the API, unless no token may have them', async () => {
    const { user, password, tokenName, tokenSecret } = await openRestAccess(cluster);
    const logins = {
      token: { api_token_id: `${user}!${tokenName}`, api_token_secret: tokenSecret },
      root: { api_user: user, api_password: password },
    };
    const counts = (await runOnNode(cluster, MANY ? 'many-doors' : 'doors', logins)) as DoorCounts;

    expect(counts.changed).to.be.above(counts.unchanged);
    if (MANY) expect(counts.notForTokens).to.be.above(0);
  });
});
