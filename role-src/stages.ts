import configureVm from './stages/configure-vm.ts';
import createClones from './stages/create-clones.ts';
import createTemplate from './stages/create-template.ts';
import createVm from './stages/create-vm.ts';
import downloadImage from './stages/download-image.ts';
import preflightChecks from './stages/preflight-checks.ts';
import type { Stage } from './stage.ts';

/** The stages in their order. */
export const stages: readonly Stage[] = [
  preflightChecks,
  downloadImage,
  createVm,
  configureVm,
  createTemplate,
  createClones,
];
