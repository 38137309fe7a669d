import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Translator } from '#libs/language';
import { TimerLoop } from './clocks/timer-loop.ts';
import { Duty } from './duty/duty.ts';
import { ConversationController } from './ingest/conversation.controller.ts';
import { createLane, type LaneOptions } from './lane/create-lane.ts';
import { Lane } from './lane/lane.ts';
import { Sweeper } from './lane/sweeper.ts';
import { PresenceExpiry } from './router/presence-expiry.ts';
import { Router } from './router/router.ts';
import { SlotSweep } from './router/slot-sweep.ts';
import { WaitingLoop } from './router/waiting-loop.ts';
import { TranslatorController } from './translator/translator.controller.ts';
import { TranslatorLoop } from './translator/translator-loop.ts';

export interface CoreOptions extends Omit<LaneOptions, 'timerStored'> {
  translator: Translator;
}

/** The loops beside the lanes: what is due, what waits, what a crash left over, what is to be translated. */
@Injectable()
class Loops implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(TimerLoop) private readonly timers: TimerLoop,
    @Inject(WaitingLoop) private readonly waiting: WaitingLoop,
    @Inject(Sweeper) private readonly sweeper: Sweeper,
    @Inject(TranslatorLoop) private readonly translator: TranslatorLoop,
    @Inject(Lane) private readonly lane: Lane,
  ) {}

  onApplicationBootstrap(): void {
    for (const loop of [this.timers, this.waiting, this.sweeper, this.translator]) loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.timers, this.waiting, this.sweeper, this.translator].map((loop) => loop.stop()));
    await this.lane.close();
  }
}

@Module({})
export class CoreModule {
  static register(options: CoreOptions): DynamicModule {
    const { bus, store, config, clock, logger } = options.runtime;
    const timers = new TimerLoop(bus, store, clock, logger);
    const house = {
      slots: new SlotSweep(store, new Router(bus, store, config, clock), clock),
      presence: new PresenceExpiry(store, clock),
      duty: new Duty('waiting', 6000, store, clock),
    };
    const lane = createLane({ ...options, timerStored: timers.noted });
    return {
      module: CoreModule,
      controllers: [ConversationController, TranslatorController],
      providers: [
        { provide: Lane, useValue: lane },
        { provide: TimerLoop, useValue: timers },
        { provide: WaitingLoop, useValue: new WaitingLoop(bus, store, config, clock, logger, house) },
        { provide: Sweeper, useValue: new Sweeper(store, lane, clock, logger, new Duty('sweep', 3000, store, clock)) },
        {
          provide: TranslatorLoop,
          useValue: new TranslatorLoop(bus, store, options.translator, config, clock, logger),
        },
        Loops,
      ],
      exports: [Lane],
    };
  }
}
