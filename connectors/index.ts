import type { Connector } from '#libs/connector-kit';
import { telegram } from '#connectors/telegram';
import { webchat } from '#connectors/webchat';

/** Every channel that Seaway speaks: the one list. */
export const connectors: readonly Connector[] = [telegram, webchat];
