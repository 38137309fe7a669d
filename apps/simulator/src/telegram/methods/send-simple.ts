import { badRequest } from '../api-error.ts';
import type { Params } from '../params.ts';
import type { Method } from './method.ts';
import { readText, send } from './send.ts';

export const sendMessage: Method = (call) =>
  send(
    call,
    () => {
      const entities = call.params.json('entities');
      return { text: readText(call.params), ...(Array.isArray(entities) && entities.length > 0 ? { entities } : {}) };
    },
    'sendMessage',
  );

export const sendLocation: Method = (call) =>
  send(
    call,
    () => {
      const accuracy = call.params.float('horizontal_accuracy');
      const live = call.params.integer('live_period');
      if (live !== undefined && live !== 0x7fffffff && (live < 60 || live > 86_400))
        throw badRequest('LIVE_PERIOD_INVALID');
      return {
        location: {
          ...readPlace(call.params),
          ...(accuracy === undefined ? {} : { horizontal_accuracy: accuracy }),
          ...(live === undefined ? {} : { live_period: live }),
        },
      };
    },
    'sendLocation',
  );

export const sendVenue: Method = (call) =>
  send(
    call,
    () => {
      const location = readPlace(call.params);
      const title = call.params.text('title').trim();
      const address = call.params.text('address').trim();
      if (title === '') throw badRequest('venue title must be non-empty');
      if (address === '') throw badRequest('venue address must be non-empty');
      return { venue: { location, title, address }, location };
    },
    'sendVenue',
  );

export const sendContact: Method = (call) =>
  send(
    call,
    () => {
      const [phone, first, last] = [
        call.params.text('phone_number').trim(),
        call.params.text('first_name').trim(),
        call.params.text('last_name').trim(),
      ];
      if (phone === '') throw badRequest('contact phone number must be non-empty');
      if (first === '') throw badRequest('contact first name must be non-empty');
      return { contact: { phone_number: phone, first_name: first, ...(last === '' ? {} : { last_name: last }) } };
    },
    'sendContact',
  );

function readPlace(params: Params): { latitude: number; longitude: number } {
  const latitude = params.float('latitude');
  const longitude = params.float('longitude');
  if (latitude === undefined || longitude === undefined) throw badRequest('latitude and longitude must be specified');
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw badRequest('wrong latitude or longitude specified');
  return { latitude, longitude };
}
