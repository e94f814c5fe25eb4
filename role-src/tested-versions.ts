/** What `npm run test:matrix` runs the role with; every text that speaks of supported versions takes it from here. */
export const testedVersions = {
  /** Releases of ansible-core, and the Python that each runs on. */
  ansible: [
    { version: '2.15.13', python: [9, 11] },
    { version: '2.16.19', python: [10, 12] },
    { version: '2.17.14', python: [10, 12] },
    { version: '2.18.19', python: [11, 13] },
    { version: '2.19.14', python: [11, 13] },
    { version: '2.20.10', python: [12, 14] },
    { version: '2.21.5', python: [12, 14] },
  ],
  /** Node.js on the node; the first is the oldest that the modules take. */
  node: ['18.19.0', '20.20.2', '22.23.3', '24.21.0'],
  pve: ['8', '9'],
} as const;

/** Major and minor number of the oldest ansible-core. */
export const OLDEST_ANSIBLE = testedVersions.ansible[0].version.replace(/\.\d+$/, '');
