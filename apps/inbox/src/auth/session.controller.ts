import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Me } from '#libs/contracts';
import { ApiFailure } from '../http/api-failure.ts';
import { Input, type InputOf, Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { ShiftBoard } from '../team/shift-board.ts';
import { InboxController } from './access.guard.ts';
import { type InboxRequest, type Reader, Who } from './inbox-request.ts';
import { LogInThrottle } from './log-in-throttle.ts';
import { clientAddress } from './origin.ts';
import { Roster } from './roster.ts';
import { expiredCookie, sessionCookie } from './session-cookie.ts';
import { csrfOf, Sessions } from './sessions.ts';

/** Logging in and out, and saying whether one is at work. */
@InboxController()
@Controller()
export class SessionController {
  private readonly throttle: LogInThrottle;

  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'config' | 'clock' | 'proxies'>,
    @Inject(Roster) private readonly roster: Roster,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(ShiftBoard) private readonly shifts: ShiftBoard,
  ) {
    this.throttle = new LogInThrottle(inbox.clock);
  }

  @Route('logIn')
  async logIn(
    @Input() { body }: InputOf<'logIn'>,
    @Req() request: InboxRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Me> {
    const byEmail = `email:${body.email.trim().toLowerCase()}`;
    const keys = [`address:${clientAddress(request, this.inbox.proxies ?? 0)}`, byEmail];
    const wait = this.throttle.attempt(keys);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      throw new ApiFailure('throttled', `Too many failed log-ins; try again in ${Math.ceil(seconds / 60)} minutes.`, {
        headers: { 'retry-after': String(seconds) },
      });
    }
    const agent = await this.roster.authenticate(body.email, body.password);
    if (agent === undefined) throw new ApiFailure('unauthenticated', 'E-mail or password is wrong.');
    this.throttle.succeeded(keys);
    this.throttle.forget(byEmail);
    const token = await this.sessions.begin(agent.id);
    if ((await this.roster.state(agent.id))?.presence === 'offline') await this.roster.setPresence(agent.id, 'online');
    response.setHeader('set-cookie', sessionCookie(request, this.inbox.config.publicUrl, token));
    return this.meOf({ agent, lang: agent.languages[0]!, token }, response);
  }

  @Route('me')
  async me(@Who() reader: Reader, @Res({ passthrough: true }) response: Response): Promise<Me> {
    return this.meOf(reader, response);
  }

  @Route('logOut')
  async logOut(
    @Who() { agent, token }: Reader,
    @Req() request: InboxRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.sessions.end(token);
    if ((await this.sessions.countOf(agent.id)) === 0) await this.roster.setPresence(agent.id, 'offline');
    response.setHeader('set-cookie', expiredCookie(request, this.inbox.config.publicUrl));
  }

  @Route('setPresence')
  async setPresence(
    @Who() reader: Reader,
    @Input() { body }: InputOf<'setPresence'>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Me> {
    await this.roster.setPresence(reader.agent.id, body.presence);
    return this.meOf(reader, response);
  }

  private async meOf({ agent, token }: Reader, response: Response): Promise<Me> {
    response.setHeader('cache-control', 'no-store');
    const { id, name, email, role, languages, zone, shifts } = agent;
    const state = await this.roster.state(id);
    return {
      id,
      name,
      email,
      role,
      languages,
      zone,
      presence: state?.presence ?? 'offline',
      shift: this.shifts.of(shifts),
      csrf: csrfOf(token),
    };
  }
}
