import { imageOptions } from '../../pve/images/options.ts';
import { ABSOLUTE_PATH } from '../../pve/text/patterns.ts';
import { pause } from '../../system/pause.ts';
import type { Part } from '../../sdk/cluster.ts';
import { defineModule, type Circumstances } from '../../sdk/define-module.ts';
import type { NamedImage } from '../../sdk/image.ts';
import { UserError } from '../../sdk/error.ts';
import { defineOptions, type ValuesOf } from '../../sdk/option.ts';
import { readJob, type Job } from './job.ts';
import { progressReport, secondsToWait, type Sample } from './report.ts';

const { url, cache_dir, checksum } = imageOptions;

const params = defineOptions({
  url,
  cache_dir,
  checksum,
  results_file: {
    type: 'path',
    required: true,
    pattern: ABSOLUTE_PATH,
    description: 'File in which the background job keeps its state, as the task that started it names it.',
    example: '/root/.ansible_async/j123456789012.4711',
  },
  timeout: {
    type: 'int',
    default: 7200,
    min: 1,
    description: 'Seconds that the job may take; one that is older has died.',
  },
});

interface Observed {
  readonly job: Job;
  readonly samples: readonly Sample[];
}

export default defineModule({
  name: 'cloud_image_progress',
  summary: 'Wait a little for a cloud image that is fetched in the background, and tell how far it is',
  description: [
    'Waits some seconds, less at the beginning, or until the background job of `cloud_image_fetch` has ended.',
    'Changes nothing.',
  ],
  params,
  examples: `
- name: Tell how far the image is
  cloud_image_progress:
    url: https://cloud.debian.org/images/cloud/trixie/latest/debian-13-genericcloud-amd64.qcow2
    results_file: "{{ job.results_file }}"
`,
  returns: {
    ended: { description: 'Whether the job has ended.', type: 'bool', returned: 'always', sample: false },
    progress: {
      description: 'How far it is, for people.',
      type: 'str',
      returned: 'always',
      sample: '42 % of 325.0 MiB, 11.3 MB/s, 17 s left',
    },
    bytes: {
      description: 'Bytes that are there.',
      type: 'int',
      returned: 'while it is downloaded',
      sample: 143130624,
    },
    total: {
      description: 'Bytes of the whole file.',
      type: 'int',
      returned: 'while it is downloaded and the server has told it',
      sample: 340787200,
    },
    mb_per_second: {
      description: 'Megabytes (10^6 bytes) per second while the module waited.',
      type: 'float',
      returned: 'while it is downloaded',
      sample: 11.3,
    },
  },
  asks: ['readPartialImage'],
  performs: [],
  observe,
  plan: () => [],
  report: (_, { job, samples }) => progressReport(job.isEnded, samples),
});

const LOOK_SECONDS = 0.25;

async function observe(
  wanted: ValuesOf<typeof params>,
  _: Circumstances,
  cluster: Part<'readPartialImage'>,
): Promise<Observed> {
  const image = { image: wanted.url, place: wanted.cache_dir, checksum: wanted.checksum };
  const samples = [await sample(image, cluster)];
  let job = await requireJob(wanted.results_file, wanted.timeout);
  const until = performance.now() + secondsToWait(job.ageSeconds, wanted.timeout) * 1000;
  while (!job.isEnded && performance.now() < until) {
    await pause(LOOK_SECONDS);
    job = await requireJob(wanted.results_file, wanted.timeout);
  }
  return { job, samples: [...samples, await sample(image, cluster)] };
}

async function requireJob(file: string, timeout: number): Promise<Job> {
  const job = await readJob(file);
  if (job === undefined || (!job.isEnded && job.ageSeconds > timeout))
    throw new UserError(
      `the download in the background ended without a result (${file}); run the playbook again, it goes on where this one was`,
    );
  return job;
}

async function sample(image: NamedImage, cluster: Part<'readPartialImage'>): Promise<Sample> {
  const partial = await cluster.readPartialImage(image);
  return { at: performance.now(), bytes: partial?.bytes, total: partial?.total };
}
