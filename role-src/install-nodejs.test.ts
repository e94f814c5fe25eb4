import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../modules-src/system/own-folder.fixture.ts';

const SCRIPT = join(import.meta.dirname, 'files/install-nodejs.sh');

/** Writes its arguments and the lists it was given; installs only after an update. */
const APT_GET = `#!/bin/sh
echo "$*" >>"$LOG"
parts=$(echo "$*" | sed -n 's/.*Dir::Etc::sourceparts=\\([^ ]*\\).*/\\1/p')
[ -z "$parts" ] || cat "$parts"/* >>"$LOG"
case "$*" in *update*) touch "$LOG.updated" ;; *) [ -e "$LOG.updated" ] ;; esac
`;

const LISTS = {
  'sources.list':
    'deb http://deb.debian.org/debian bookworm main\ndeb https://enterprise.proxmox.com/debian/pve bookworm pve-enterprise\n',
  'sources.list.d/ceph.list': 'deb https://enterprise.proxmox.com/debian/ceph-squid bookworm enterprise\n',
  'sources.list.d/mixed.sources': [
    'Types: deb\nURIs: http://deb.debian.org/debian-security\nSuites: trixie-security\nComponents: main',
    'Types: deb\nURIs: https://enterprise.proxmox.com/debian/pve\nSuites: trixie\nComponents: pve-enterprise\n',
  ].join('\n\n'),
};

describe('installing Node.js on a node', () => {
  const at = ownFolder();

  beforeEach(() => {
    mkdirSync(at('sources.list.d'));
    for (const [name, text] of Object.entries(LISTS)) writeFileSync(at(name), text);
    writeFileSync(at('apt-get'), APT_GET, { mode: 0o755 });
  });

  const install = (): string => {
    const log = at('log');
    const env = { PATH: `${at()}:/usr/bin:/bin`, APT_ETC: at(), LOG: log };
    execFileSync('/bin/sh', ['-c', readFileSync(SCRIPT, 'utf8')], { env, stdio: 'ignore' });
    return readFileSync(log, 'utf8');
  };

  it('asks for no update where the lists are good', () => {
    writeFileSync(at('log.updated'), '');

    expect(install()).not.to.contain('update');
  });

  it('updates from the lists of Debian alone, and tries again', () => {
    const log = install();

    expect(log.match(/^.* install .*nodejs$/gm)).to.have.length(2);
    expect(log).to.contain('deb http://deb.debian.org/debian bookworm main');
    expect(log).to.contain('URIs: http://deb.debian.org/debian-security');
    expect(log).not.to.contain('proxmox.com');
  });
});
