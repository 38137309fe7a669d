import {
  applyDecorators,
  createParamDecorator,
  Delete,
  type ExecutionContext,
  Get,
  HttpCode,
  Post,
  Put,
  SetMetadata,
} from '@nestjs/common';
import type { z } from 'zod';
import type { InboxRequest } from '../auth/inbox-request.ts';
import { Needs, Public } from './access.ts';
import { ApiFailure } from './api-failure.ts';
import { ROUTES, type RouteName, type RouteSpec } from './route-table.ts';

export const ROUTE = 'seaway:route';

const VERB = { GET: Get, POST: Post, PUT: Put, DELETE: Delete };

/** Ties a handler to its row of the route table: address, status, access and validation. */
export function Route(name: RouteName): MethodDecorator {
  const route: RouteSpec = ROUTES[name];
  const access = 'public' in route.access ? Public() : Needs(route.access.needs);
  return applyDecorators(
    VERB[route.method](route.path),
    HttpCode(route.status ?? 200),
    SetMetadata(ROUTE, name),
    access,
  );
}

/** Params, query and body of the request, checked by the schemas of the route table. */
export const Input = createParamDecorator((_: undefined, context: ExecutionContext) => {
  const route: RouteSpec = ROUTES[Reflect.getMetadata(ROUTE, context.getHandler()) as RouteName];
  const request = context.switchToHttp().getRequest<InboxRequest>();
  const fields: { path: string; expected: string }[] = [];
  const check = (schema: z.ZodObject | undefined, value: unknown): unknown => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(value ?? {});
    if (!result.success) fields.push(...result.error.issues.flatMap(fieldsOf));
    return result.data;
  };
  const input = {
    params: check(route.params, { ...request.params }),
    query: check(route.query, { ...request.query }),
    body: check(route.body, request.body),
  };
  if (fields.length === 0) return input;
  const message = fields.map(({ path, expected }) => `${path}: ${expected}`).join('; ');
  throw new ApiFailure('invalid', `The request does not fit: ${message}.`, { fields: fields.slice(0, 20) });
});

/** The values a client sent are never repeated in an error. */
function fieldsOf(issue: z.core.$ZodIssue): { path: string; expected: string }[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].map(String).join('.').slice(0, 100),
      expected: 'expected no such field',
    }));
  }
  return [{ path: path || '(root)', expected: issue.message.replace(/^Invalid input: /, '') }];
}

export type { InputOf } from './route-table.ts';
