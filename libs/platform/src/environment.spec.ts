import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from './environment.ts';

describe('the environment', () => {
  it('is the embedded mode by default', () => {
    expect(readEnvironment({})).toMatchObject({
      BUS: 'embedded',
      STORE: 'embedded',
      KAFKA_CLIENT: 'kafkajs',
      SEAWAY_PORT: 3000,
      SEAWAY_DATA: './data',
    });
  });

  it('reports everything that is wrong in one error', () => {
    expect(() => readEnvironment({ BUS: 'rabbit', SEAWAY_PORT: 'x' })).toThrow(
      /BUS: .*\n.*SEAWAY_PORT: |SEAWAY_PORT: .*\n.*BUS: /,
    );
  });

  it('knows two clients of Kafka', () => {
    expect(readEnvironment({ KAFKA_CLIENT: 'platformatic' }).KAFKA_CLIENT).toBe('platformatic');
    expect(() => readEnvironment({ KAFKA_CLIENT: 'rdkafka' })).toThrow('KAFKA_CLIENT: ');
  });

  it('asks for the addresses that a mode needs', () => {
    expect(() => readEnvironment({ BUS: 'kafka', STORE: 'mongo' })).toThrow(
      /KAFKA_BROKERS: expected host:port.*\n.*MONGODB_URI: expected mongodb/,
    );
  });
});
