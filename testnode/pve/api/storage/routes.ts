import { ANY_USER, every, needs, needsOneOf, some } from '../../access/permission.ts';
import { CONTENTS } from '../../images/names.ts';
import { ALGORITHMS } from '../../images/checksum.ts';
import { OPTIONAL_VMID, VMID } from '../../options/command.ts';
import { BOOLEAN, formatted, integer, listOf, oneOf, TEXT } from '../../schema/kinds.ts';
import type { ParameterSchemas, ValueSchema } from '../../schema/kinds.ts';
import { get } from '../get.ts';
import type { Route } from '../route.ts';
import { allocate, removeVolume } from './change-volumes.ts';
import { listConfigured, showConfigured, STORAGE_TYPES } from './configured.ts';
import { downloadUrl, queryUrl } from './download.ts';
import { importMetadata } from './import-metadata.ts';
import { listContent } from './list-content.ts';
import { listStorages, showStatus } from './list.ts';
import { takeUpload } from './upload.ts';
import { showVolume } from './volume.ts';

const STORAGE = '/nodes/{node}/storage/{storage}';
const READER = needsOneOf('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace');
const TEMPLATE = needs('/storage/{storage}', 'Datastore.AllocateTemplate');
/** Whoever may let the node speak to the world. */
const NETWORK = some(needs('/', 'Sys.Audit', 'Sys.Modify'), needs('/nodes/{node}', 'Sys.AccessNetwork'));

const URL: ValueSchema = { type: 'string', pattern: /^https?:\/\//, required: true };
const NEW_FILE: ParameterSchemas = {
  content: { type: 'string', format: 'content', enum: CONTENTS, required: true },
  filename: { type: 'string', maxLength: 255, required: true },
  checksum: { type: 'string', requires: 'checksum-algorithm' },
  'checksum-algorithm': { type: 'string', enum: ALGORITHMS, requires: 'checksum' },
};

export const STORAGE_ROUTES: readonly Route[] = [
  get('/storage', ANY_USER, listConfigured, { type: oneOf(...STORAGE_TYPES) }),
  get('/storage/{storage}', needs('/storage/{storage}', 'Datastore.Allocate'), showConfigured),
  {
    ...get('/nodes/{node}/storage', ANY_USER, listStorages, {
      content: listOf('content'),
      enabled: BOOLEAN,
      format: BOOLEAN,
      storage: formatted('storage-id'),
      target: formatted('node-name'),
    }),
    isProtected: true,
  },
  { ...get(`${STORAGE}/status`, READER, showStatus), isProtected: true },
  {
    ...get(`${STORAGE}/content`, READER, listContent, { content: formatted('content'), vmid: OPTIONAL_VMID }),
    isProtected: true,
  },
  {
    method: 'POST',
    path: `${STORAGE}/content`,
    permission: needs('/storage/{storage}', 'Datastore.AllocateSpace'),
    isProtected: true,
    parameters: {
      vmid: VMID,
      filename: { ...TEXT, required: true },
      size: { type: 'string', pattern: /^\d+[MG]?$/, required: true },
      format: { ...oneOf('raw', 'qcow2', 'subvol', 'vmdk'), requires: 'size' },
    },
    answer: allocate,
  },
  { ...get(`${STORAGE}/content/{volume+}`, ANY_USER, showVolume), isProtected: true },
  {
    method: 'DELETE',
    path: `${STORAGE}/content/{volume+}`,
    permission: ANY_USER,
    isProtected: true,
    parameters: { delay: integer(1, 30) },
    answer: removeVolume,
  },
  {
    method: 'POST',
    path: `${STORAGE}/download-url`,
    permission: every(TEMPLATE, NETWORK),
    isProtected: true,
    parameters: { ...NEW_FILE, url: URL, compression: TEXT, 'verify-certificates': BOOLEAN },
    answer: downloadUrl,
  },
  {
    method: 'POST',
    path: `${STORAGE}/upload`,
    permission: TEMPLATE,
    isProtected: true,
    takesUpload: true,
    parameters: {
      ...NEW_FILE,
      tmpfilename: { type: 'string', pattern: /^\/var\/tmp\/pveupload-[0-9a-f]+$/ },
    },
    answer: takeUpload,
  },
  get(`${STORAGE}/import-metadata`, READER, importMetadata, { volume: { ...TEXT, required: true } }),
  get('/nodes/{node}/query-url-metadata', NETWORK, queryUrl, { url: URL, 'verify-certificates': BOOLEAN }),
];
