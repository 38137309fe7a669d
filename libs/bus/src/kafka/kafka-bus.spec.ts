import { clusterContract } from '../testing/cluster-contract.ts';
import { openKafkaBus } from './open-kafka-bus.ts';

clusterContract('kafka', openKafkaBus);
