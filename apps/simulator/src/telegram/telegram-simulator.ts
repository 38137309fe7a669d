import { Bot, type World } from './bot.ts';
import { Customer } from './customer.ts';
import { methodNamed } from './methods/index.ts';
import { Params } from './params.ts';
import { chatOf, type NewPhone, newPhone, type Phone } from './phone.ts';
import { SimulatorError } from './simulator-error.ts';
import type { SavedTelegram } from './saved-telegram.ts';
import { restoreBot, saveBot } from './saved-telegram.ts';
import { Thread } from './thread.ts';

export interface BotRegistration {
  /** As BotFather gives it: digits, a colon, a secret. */
  token: string;
  /** Without the @; made from the token's number when absent. */
  username?: string;
}

const FIRST_PHONE = 7_100_000_001;
const TOKEN = /^\d+:[A-Za-z0-9_-]+$/;

/** The provider Telegram: bots and the customers who write to them. */
export class TelegramSimulator {
  private readonly byToken = new Map<string, Bot>();
  private readonly phonesById = new Map<number, Phone>();
  private nextPhone = FIRST_PHONE;
  private saved: SavedTelegram | undefined;
  readonly world: World;
  constructor(world: World, saved?: SavedTelegram) {
    this.world = world;
    this.saved = saved;
    for (const one of saved?.phones ?? []) this.keepPhone(one);
    world.files.restore(saved?.files ?? []);
  }

  /** A token that is not registered is answered with 401. Registering the same token again changes nothing. */
  registerBot({ token, username }: BotRegistration): Bot {
    const known = this.byToken.get(token);
    if (known !== undefined) return known;
    if (!TOKEN.test(token))
      throw new SimulatorError(400, 'a bot token is digits, a colon and a secret, such as 123456:ABC-DEF');
    const bot = new Bot(token, username ?? `bot${token.split(':')[0]}_bot`, this.world, (to, call) =>
      this.callFromWebhook(to, call),
    );
    this.byToken.set(token, bot);
    const state = this.saved?.bots.find((b) => b.id === bot.user.id);
    if (state !== undefined) restoreBot(bot, state);
    this.world.live.emit({ type: 'bots' });
    return bot;
  }

  botOfToken(token: string): Bot | undefined {
    return this.byToken.get(token);
  }

  bots(): Bot[] {
    return [...this.byToken.values()];
  }

  /** By id, user name or token. Throws 404. */
  bot(which: string | number): Bot {
    const name = String(which).replace(/^@/, '').toLowerCase();
    const found = this.bots().find(
      (b) => String(b.user.id) === name || b.user.username?.toLowerCase() === name || b.token.toLowerCase() === name,
    );
    if (found === undefined)
      throw new SimulatorError(
        404,
        `there is no bot "${String(which)}"; known are ${
          this.bots()
            .map((b) => `${b.user.id} (@${b.user.username})`)
            .join(', ') || 'none'
        }`,
      );
    return found;
  }

  /** Returns the phone with that id when there is one. Throws `ZodError`. */
  createPhone(input: NewPhone): Phone {
    const { id, name, username, languageCode, country, started } = newPhone.parse(input);
    const known = id === undefined ? undefined : this.phonesById.get(id);
    const [firstName, ...rest] = name.split(/\s+/) as [string, ...string[]];
    const made: Phone = known ?? {
      id: id ?? this.nextPhone,
      firstName,
      ...(rest.length === 0 ? {} : { lastName: rest.join(' ') }),
      ...(username === undefined ? {} : { username }),
      ...(languageCode === undefined ? {} : { languageCode }),
      ...(country === undefined ? {} : { country }),
    };
    this.keepPhone(made);
    if (started === true) for (const bot of this.bots()) this.threadOf(bot, made).started = true;
    this.world.live.emit({ type: 'phones' });
    this.world.changed();
    return made;
  }

  phones(): Phone[] {
    return [...this.phonesById.values()];
  }

  hasPhone(id: number): boolean {
    return this.phonesById.has(id);
  }

  /** The customer of a phone, facing one bot. Throws 404. */
  customer(bot: Bot | string | number, phoneId: number): Customer {
    const of = bot instanceof Bot ? bot : this.bot(bot);
    const phone = this.phonesById.get(phoneId);
    if (phone === undefined) throw new SimulatorError(404, `there is no phone ${phoneId}`);
    return new Customer(phone, this.threadOf(of, phone), of, this.world);
  }

  save(): SavedTelegram {
    return { phones: this.phones(), files: this.world.files.all(), bots: this.bots().map(saveBot) };
  }

  async close(): Promise<void> {
    await Promise.all(this.bots().map((bot) => bot.close()));
  }

  private keepPhone(phone: Phone): void {
    this.phonesById.set(phone.id, phone);
    if (phone.id >= this.nextPhone) this.nextPhone = phone.id + 1;
  }

  private threadOf(bot: Bot, phone: Phone): Thread {
    let thread = bot.threads.get(phone.id);
    if (thread === undefined) bot.threads.set(phone.id, (thread = new Thread(chatOf(phone))));
    return thread;
  }

  /** The result of such a call is lost, and so is its error: the provider works the same way. */
  private callFromWebhook(bot: Bot, call: Record<string, unknown>): void {
    const method = methodNamed(String(call['method']));
    if (method === undefined) return;
    void Promise.resolve()
      .then(() => method({ bot, params: new Params(call), world: this.world }))
      .catch(() => undefined);
  }
}
