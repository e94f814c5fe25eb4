import { downloadTask } from '../images/download.ts';
import { importUploadTask } from '../images/import-upload.ts';
import { freeTask } from '../pvesm/change.ts';
import type { Tasks } from '../tasks/work.ts';
import { cloneTask } from '../vm/clone.ts';
import { createTask } from '../vm/create.ts';
import { destroyTask } from '../vm/destroy.ts';
import {
  pauseTask,
  rebootTask,
  resetTask,
  resumeTask,
  shutdownTask,
  startTask,
  stopTask,
} from '../guests/power.ts';
import { updateTask } from '../vm/update.ts';
import { migrateTask } from '../vm/migrate.ts';
import { moveDiskTask } from '../vm/move-disk.ts';
import { resizeTask } from '../disks/resize.ts';
import { deleteSnapshotTask, rollBackTask, takeSnapshotTask } from '../vm/snapshot.ts';
import { templateTask } from '../vm/template.ts';

/** What workers do, by the kind of task that PVE shows in its ids. */
export const TASKS: Tasks = {
  download: downloadTask,
  imgcopy: importUploadTask,
  imgdel: freeTask,
  qmclone: cloneTask,
  qmconfig: updateTask,
  qmpause: pauseTask,
  qmreset: resetTask,
  qmresume: resumeTask,
  qmcreate: createTask,
  qmdestroy: destroyTask,
  qmdelsnapshot: deleteSnapshotTask,
  qmigrate: migrateTask,
  qmmove: moveDiskTask,
  qmreboot: rebootTask,
  qmrollback: rollBackTask,
  qmshutdown: shutdownTask,
  qmsnapshot: takeSnapshotTask,
  qmstart: startTask,
  qmstop: stopTask,
  qmtemplate: templateTask,
  resize: resizeTask,
};
