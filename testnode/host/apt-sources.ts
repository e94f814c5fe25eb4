import { readFileSync } from 'node:fs';
import type { NodeFile } from './node-config.ts';
import type { NodeOptions } from './options.ts';

/**
 * The package sources of a fresh Proxmox VE installation: Debian's, and the enterprise repository, which answers 401 to
 * a node without subscription. Debian's are trusted unsigned, because the test node serves a small repository of its own.
 */
export function aptSources(version: NodeOptions['version'], codename = hostCodename()): readonly NodeFile[] {
  return version === '9' ? deb822Sources(codename) : listSources(codename);
}

/** Debian's release name of the host, whose files a node shows. */
export function hostCodename(): string {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (codename === undefined)
    throw new Error('cannot tell the Debian release: /etc/os-release has no VERSION_CODENAME');
  return codename;
}

function deb822Sources(codename: string): readonly NodeFile[] {
  return [
    {
      path: '/etc/apt/sources.list.d/debian.sources',
      text: `Types: deb
URIs: http://deb.debian.org/debian
Suites: ${codename} ${codename}-updates
Components: main contrib
Trusted: yes

Types: deb
URIs: http://security.debian.org/debian-security
Suites: ${codename}-security
Components: main contrib
Trusted: yes
`,
    },
    {
      path: '/etc/apt/sources.list.d/pve-enterprise.sources',
      text: `Types: deb
URIs: https://enterprise.proxmox.com/debian/pve
Suites: ${codename}
Components: pve-enterprise
`,
    },
  ];
}

function listSources(codename: string): readonly NodeFile[] {
  return [
    {
      path: '/etc/apt/sources.list',
      text: `deb [trusted=yes] http://deb.debian.org/debian ${codename} main contrib
deb [trusted=yes] http://deb.debian.org/debian ${codename}-updates main contrib
deb [trusted=yes] http://security.debian.org/debian-security ${codename}-security main contrib
`,
    },
    {
      path: '/etc/apt/sources.list.d/pve-enterprise.list',
      text: `deb https://enterprise.proxmox.com/debian/pve ${codename} pve-enterprise\n`,
    },
  ];
}
