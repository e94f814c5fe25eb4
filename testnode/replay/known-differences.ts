/** Steps of the checked-in transcripts whose state differs on the test node, each with the reason. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  'j1-concurrency-012':
    'a race of `template` and `set`: on the recorded node the template was first, here not always',
  'j1-concurrency-019':
    'a race of `destroy` and `set`: on the recorded node the setting was first, here not always',
  'j3-kill9-012': 'the recorded `ps` showed processes of another node that was recorded at the same time',
};
