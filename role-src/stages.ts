import configureVm from './stages/configure-vm.ts';
import createClones from './stages/create-clones.ts';
import createTemplate from './stages/create-template.ts';
import createVm from './stages/create-vm.ts';
import downloadImage from './stages/download-image.ts';
import preflightChecks from './stages/preflight-checks.ts';
import type { Stage } from './stage.ts';

export type Stages = readonly [Stage, ...Stage[]];

/** The stages in their order. */
export const stages: Stages = [
  preflightChecks,
  downloadImage,
  createVm,
  configureVm,
  createTemplate,
  createClones,
];
