/**
 * Proxmox VE by its API, as modules may ask it and change it: one export for each reading, and for each kind of action.
 * The build takes of them what a module names.
 */
export { openApi } from './door.ts';
export { listLostNodes, listNodes, readBridges, readQuorum, readResolver } from './facts/cluster-facts.ts';
export { readMachine, readPlace } from './facts/machine.ts';
export { crypt, readText } from './facts/controller.ts';
export { listCustomModels, listPciDevices, readIommuGroups, readMappings } from './facts/devices.ts';
export { readClusterLists } from './facts/lists.ts';
export { listRoles, readPermissions } from './facts/permissions.ts';
export { readFreeBytes, readStorages } from './facts/storages.ts';
export { readRemembered } from './guests/begun.ts';
export { claimantOf, claimVmid, holdName, keepVmid } from './guests/claims.ts';
export { listIsoImages, putDrive } from './guests/iso-images.ts';
export { listGuests, listPools, readGuestNames, readPools } from './guests/list.ts';
export { missingFiles } from './guests/missing-files.ts';
export { isRunning, reachesOtherNodes, startedSinceModule } from './guests/power.ts';
export { qm } from './guests/qm.ts';
export { readGuest } from './guests/read.ts';
export { readRemains, readRemovals, waitWork } from './guests/remains.ts';
export { readSigns, readTestOutcome, testGuest, waitGuest } from './guests/signs.ts';
export {
  listSnippets,
  putSnippet,
  readCloudInitDrive,
  readOwnSnippets,
  readSnippets,
  removeSnippet,
  writesSnippets,
} from './guests/snippets.ts';
export { allocateVolume, freeVolume, listVolumes } from './guests/volumes.ts';
export { fetchImage } from './images/fetch.ts';
export { findImage } from './images/find.ts';
export { listUnusedImages, removeImage } from './images/prune.ts';
export { importImage, noteImage, readImage, readPartialImage, readSource } from './images/source.ts';
