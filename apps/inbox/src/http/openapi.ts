import { apiError, API_VERSION, pushMessage, pushRequest } from '#libs/contracts';
import { z } from 'zod';
import { ROUTES, type RouteSpec } from './route-table.ts';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  return rest;
};

const content = (schema: Json): Json => ({ 'application/json': { schema } });

/** The OpenAPI 3.1 document of the route table. */
export function openapiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<RouteSpec>(ROUTES)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Seaway inbox',
      version: API_VERSION,
      description: 'Times are epoch milliseconds, languages BCP 47. Push: WebSocket at /api/push.',
    },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'seaway_session' } },
      schemas: {
        ApiError: schemaOf(apiError, 'output'),
        PushMessage: schemaOf(pushMessage, 'output'),
        PushRequest: schemaOf(pushRequest, 'input'),
      },
    },
  };
}

function operation(name: string, route: RouteSpec): Json {
  const isPublic = 'public' in route.access;
  const changes = route.method !== 'GET' && !isPublic;
  return {
    operationId: name,
    summary: route.summary,
    security: isPublic ? [] : [{ session: [] }],
    ...('needs' in route.access ? { 'x-permission': route.access.needs } : {}),
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...(changes ? [{ name: 'x-csrf-token', in: 'header', required: true, schema: { type: 'string' } }] : []),
    ],
    ...(route.body ? { requestBody: { required: true, content: content(schemaOf(route.body, 'input')) } } : {}),
    responses: {
      [String(route.status ?? 200)]: {
        description: 'Done',
        ...(route.answer ? { content: content(schemaOf(route.answer, 'output')) } : {}),
      },
      default: { description: 'Refused or failed', content: content({ $ref: '#/components/schemas/ApiError' }) },
    },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}
