import { createRequire } from 'node:module';

/** Removes what earlier tests left on a shared broker, so that consumer groups start from nothing. */
export async function wipeKafka(brokers: string): Promise<void> {
  const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');
  const admin = new Kafka({ clientId: 'wipe', brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const { groups } = await patiently(() => admin.listGroups());
    const ours = groups.map((g) => g.groupId).filter((id) => id.startsWith('seaway'));
    if (ours.length > 0) await admin.deleteGroups(ours).catch(() => undefined);
    const topics = (await admin.listTopics()).filter((name) => name.startsWith('seaway.'));
    if (topics.length > 0) await admin.deleteTopics({ topics, timeout: 20_000 });
    for (let i = 0; i < 100 && (await admin.listTopics()).some((name) => name.startsWith('seaway.')); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await admin.disconnect();
  }
}

/** A broker that has just started still loads its groups. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 40 || (error as { retriable?: boolean }).retriable !== true) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
