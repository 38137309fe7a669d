import { Controller } from '@nestjs/common';
import { InboxController } from '../auth/access.guard.ts';
import { openapiDocument } from './openapi.ts';
import { Route } from './route.decorator.ts';

@InboxController()
@Controller()
export class OpenapiController {
  private readonly document = openapiDocument();

  @Route('openapi')
  openapi(): Record<string, unknown> {
    return this.document;
  }
}
