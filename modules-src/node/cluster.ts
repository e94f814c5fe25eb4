/**
 * The node on which a module runs, as modules may ask it and change it: one export for each reading, and for each kind of
 * action. The build takes of them what a module names, so that its bundle carries no more.
 */
export { openNode } from './door.ts';
export {
  listCustomModels,
  listPciDevices,
  readBridges,
  readIommuGroups,
  readMappings,
} from './facts/devices.ts';
export { listLostNodes, listNodes, readMachine, readQuorum } from './facts/facts.ts';
export { listRoles, readPermissions } from './facts/permissions.ts';
export { readPlace } from './facts/places.ts';
export { readFreeBytes } from './facts/storage-space.ts';
export { readStorages } from './facts/storages.ts';
export { readSigns } from './guests/signs.ts';
export { testGuest, waitGuest } from './guests/wait.ts';
export { readTestOutcome } from '../guests/test.ts';
export {
  fetchImage,
  findImage,
  listUnusedImages,
  noteImage,
  readImage,
  readPartialImage,
  readSource,
  removeImage,
} from './images.ts';
export { claimantOf, claimVmid, holdName, keepVmid } from './vms/claims.ts';
export { readCloudInitDrive } from './vms/cloud-init-drive.ts';
export { listIsoImages, putDrive } from './vms/iso-images.ts';
export { missingFiles } from './vms/missing-files.ts';
export { readRemembered } from './vms/note.ts';
export { readRemains, readRemovals, waitWork } from './vms/remains.ts';
export { readGuestNames } from './vms/guest-names.ts';
export {
  isRunning,
  listGuests,
  readClusterLists,
  readGuest,
  reachesOtherNodes,
  startedSinceModule,
} from './vms/files.ts';
export { listPools, readPools } from './vms/pools.ts';
export { importImage, qm } from './vms/qm.ts';
export { readResolver } from './vms/resolver.ts';
export {
  listSnippets,
  putSnippet,
  readOwnSnippets,
  readSnippets,
  removeSnippet,
  writesSnippets,
} from './vms/snippets.ts';
export { allocateVolume, freeVolume, listVolumes } from './vms/volumes.ts';
export { crypt } from '../system/crypt.ts';
export { readText } from '../system/files.ts';
