import { readFileSync } from 'node:fs';
import { root } from '../modules.ts';
import type { GeneratedFile } from './generated-file.ts';
import { table } from './markdown.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packages of which code is in the bundles; what they depend on is found from their manifests. */
const BUNDLED = ['ajv', 'execa', 'js-yaml'];

const manifestOf = (name: string): Manifest =>
  // npm has checked the file when it installed the package.
  JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8')) as Manifest;

/** Every package that the bundles may contain code of, by name. */
function bundledPackages(): readonly Manifest[] {
  const found = new Map<string, Manifest>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const manifest = manifestOf(name);
    found.set(name, manifest);
    Object.keys(manifest.dependencies ?? {}).forEach(visit);
  };
  BUNDLED.forEach(visit);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** docs/reference/licences.md */
export function licencesPage(): GeneratedFile {
  const rows = bundledPackages().map(({ name, version, license }) => [`\`${name}\``, version, license]);
  return {
    path: 'docs/reference/licences.md',
    content: [
      '<!-- generated from node_modules; do not edit -->\n',
      '# Licences of what the bundles contain\n',
      'The project is MIT. Each bundle in `library/` may contain code of these packages, at these versions, as',
      '`package-lock.json` pins them. They are installed by `npm ci`; none of them has an install script. The release',
      'archive comes with an SBOM (CycloneDX) of the same, and with SHA-256 checksums.\n',
      table(['Package', 'Version', 'Licence'], rows),
    ].join('\n'),
  };
}
