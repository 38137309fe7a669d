import { badRequest } from '../api-error.ts';
import type { Method } from './method.ts';

const MAX_DOWNLOAD = 20 * 1024 * 1024;

export const getFile: Method = ({ params, world }) => {
  const id = params.text('file_id');
  if (id === '') throw badRequest('file_id not specified');
  const file = world.files.get(id);
  if (file === undefined) throw badRequest('invalid file_id');
  if (file.size > MAX_DOWNLOAD) throw badRequest('file is too big');
  return { result: { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size, file_path: file.path } };
};
