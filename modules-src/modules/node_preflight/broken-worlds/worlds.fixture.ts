import { apiWorlds } from './api.fixture.ts';
import { cloneWorlds } from './clones.fixture.ts';
import { cloudInitWorlds } from './cloud-init.fixture.ts';
import { imageWorlds } from './image.fixture.ts';
import { networkWorlds } from './network.fixture.ts';
import { nodeWorlds } from './node.fixture.ts';
import { vmidWorlds } from './vmid.fixture.ts';
import { storageWorlds } from './storage.fixture.ts';
import { variableWorlds } from './variables.fixture.ts';
import { templateTestWorlds } from './template-test.fixture.ts';
import { waitWorlds } from './wait.fixture.ts';
import { vmWorlds } from './vm.fixture.ts';

/** Every world that preflight is tried in, in the order of the codes. */
export const worlds = [
  ...nodeWorlds,
  ...apiWorlds,
  ...variableWorlds,
  ...vmWorlds,
  ...templateTestWorlds,
  ...waitWorlds,
  ...vmidWorlds,
  ...storageWorlds,
  ...networkWorlds,
  ...cloudInitWorlds,
  ...imageWorlds,
  ...cloneWorlds,
];
