/** Throws where another Kafka client is asked for and the runtime would take its default without a word. */
export function honoursKafkaClient(env: object): void {
  const wanted = process.env['KAFKA_CLIENT'];
  const read = (env as { KAFKA_CLIENT?: string }).KAFKA_CLIENT;
  if (wanted !== undefined && read !== wanted) throw new Error(`the runtime knows no KAFKA_CLIENT=${wanted}`);
}
