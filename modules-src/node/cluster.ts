/**
 * The node on which a module runs, as modules may ask it and change it: one export for each. The build takes of them what
 * a module names, so that its bundle carries no more.
 */
export { openNode } from './door.ts';
export { removeFile, writeFile } from './file-actions.ts';
export { waitGuest } from './guests/wait.ts';
export { fetchImage } from './images/fetch-action.ts';
export { importImage, qm } from './vms/qm.ts';
