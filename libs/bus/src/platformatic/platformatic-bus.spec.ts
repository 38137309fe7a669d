import { clusterContract } from '../testing/cluster-contract.ts';
import { openPlatformaticBus } from './open-platformatic-bus.ts';

clusterContract('platformatic', openPlatformaticBus);
