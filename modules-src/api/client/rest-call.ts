import type { FileContent, QmAction, QmProperties, QmVerb, Secret } from '../../sdk/step.ts';

/** A call of the REST API, below `/api2/json`. */
export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Fields of the body; of a DELETE those of the query (it answers 501 to a body). */
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

type Target = Pick<RestCall, 'method' | 'path'>;

/** Power and disks have paths of their own; `create` is the list, and `set` depends on what it sets. */
const TARGETS: Readonly<Record<Exclude<QmVerb, 'create' | 'set'>, Target>> = {
  resize: { method: 'PUT', path: '/resize' },
  template: { method: 'POST', path: '/template' },
  clone: { method: 'POST', path: '/clone' },
  start: { method: 'POST', path: '/status/start' },
  stop: { method: 'POST', path: '/status/stop' },
  shutdown: { method: 'POST', path: '/status/shutdown' },
  reboot: { method: 'POST', path: '/status/reboot' },
  destroy: { method: 'DELETE', path: '' },
  'cloudinit update': { method: 'PUT', path: '/cloudinit' },
};

/** The call that does on that node what `qm` does with the same verb and properties. */
export function restCall({ verb, vmid, properties }: QmAction, node: string): RestCall {
  const list = `/nodes/${node}/qemu`;
  const fields = fieldsOf(properties);
  if (verb === 'create') return { method: 'POST', path: list, fields: { vmid: String(vmid), ...fields } };
  if (verb === 'set') return { method: setMethod(properties), path: `${list}/${vmid}/config`, fields };
  const { method, path } = TARGETS[verb];
  return { method, path: `${list}/${vmid}${path}`, fields };
}

const DRIVE = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$/;

/**
 * PUT is answered when all is done, but the proxy gives up after 30 s while the work goes on with no task to find: what may
 * allocate, copy or remove a disk goes by POST, which makes a task (seen on 9.2).
 */
const setMethod = (properties: QmProperties): 'PUT' | 'POST' =>
  [...Object.keys(properties), ...(properties.delete ?? [])].some(name => DRIVE.test(name)) ? 'POST' : 'PUT';

function fieldsOf(properties: QmProperties): Record<string, string> {
  const fields = Object.entries(properties).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, fieldText(value)]],
  );
  return Object.fromEntries(fields);
}

type Value = NonNullable<QmProperties[string]>;

/** Only 1 and 0 are booleans in a form. The text of a file is percent-encoded once more: only `sshkeys` is one. */
function fieldText(value: Value): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (isFile(value)) return encodeURIComponent(value.file);
  return isSecret(value) ? value.secret : value.join(',');
}

const isFile = (value: object): value is FileContent => 'file' in value;

const isSecret = (value: object): value is Secret => 'secret' in value;

/** The call as `pvesh` takes it, without what is set. */
export function showRestCall(action: QmAction, node: string): string {
  const { method, path } = restCall(action, node);
  const verb = { GET: 'get', POST: 'create', PUT: 'set', DELETE: 'delete' }[method];
  return `pvesh ${verb} ${path}`;
}
