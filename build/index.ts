import { bundleModules } from './bundle.ts';
import { writeOutputs } from './generate.ts';

/** Builds everything: the generated role, then the bundles into its library. */
const written = await writeOutputs();
const bundles = await bundleModules();
console.log(`role/proxmox: ${written} generated files`);
for (const { name, bytes } of bundles)
  console.log(`role/proxmox/library/${name}.js: ${Math.round(bytes / 1024)} KB`);
