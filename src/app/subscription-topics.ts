// The topics of this installation: those built in, and SubscriptionTopic files (R5 JSON) of the folder that the site names. Checked at
// the start: a topic that means nothing stops the program with the place of the fault.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../fhir/result.ts';
import { builtInTopics } from '../gateways/subscriptions/built-in-topics.ts';
import { type CompiledTopic, compileTopic, type Topic } from '../gateways/subscriptions/topic.ts';
import { readTopic } from '../gateways/subscriptions/topic-file.ts';

/** By canonical, without version; a file replaces what is built in under its address. */
export async function loadTopics(folder: string | undefined): Promise<Result<Map<string, CompiledTopic>>> {
  const topics = new Map<string, CompiledTopic>();
  const add = (topic: Topic, file: string): Result<void> => {
    const compiled = compileTopic(topic);
    if (!compiled.ok) return fail('invalid', `${file}: ${compiled.problem.message}`, compiled.problem.where);
    topics.set(topic.url, compiled.value);
    return ok(undefined);
  };
  for (const topic of builtInTopics) {
    const added = add(topic, topic.url);
    if (!added.ok) return added;
  }
  if (folder === undefined) return ok(topics);
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
  } catch {
    return fail('not-found', `LAMPLIGHT_SUBSCRIPTION_TOPICS names ${folder}, which is no folder that can be read`);
  }
  for (const name of names) {
    const file = join(folder, name);
    const topic = readTopic(await readFile(file, 'utf8'));
    if (!topic.ok) return fail('invalid', `${file}: ${topic.problem.message}`, topic.problem.where);
    const added = add(topic.value, file);
    if (!added.ok) return added;
  }
  return ok(topics);
}
