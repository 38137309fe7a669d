import type { StoredFile } from './file-shelf.ts';
import { pictureSize } from './picture-size.ts';

export type MediaKind = 'photo' | 'document' | 'voice' | 'video' | 'audio' | 'sticker' | 'animation' | 'video_note';

interface MediaRule {
  /** Folder within file paths. */
  folder: string;
  mimeType: string;
  extension: string;
  caption: boolean;
}

export const MEDIA: Record<MediaKind, MediaRule> = {
  photo: { folder: 'photos', mimeType: 'image/jpeg', extension: 'jpg', caption: true },
  document: { folder: 'documents', mimeType: 'application/octet-stream', extension: 'dat', caption: true },
  voice: { folder: 'voice', mimeType: 'audio/ogg', extension: 'oga', caption: true },
  video: { folder: 'videos', mimeType: 'video/mp4', extension: 'mp4', caption: true },
  audio: { folder: 'music', mimeType: 'audio/mpeg', extension: 'mp3', caption: true },
  sticker: { folder: 'stickers', mimeType: 'image/webp', extension: 'webp', caption: false },
  animation: { folder: 'animations', mimeType: 'video/mp4', extension: 'mp4', caption: true },
  video_note: { folder: 'video_notes', mimeType: 'video/mp4', extension: 'mp4', caption: false },
};

export interface MediaDetails {
  duration?: number;
  width?: number;
  height?: number;
  title?: string;
  performer?: string;
  emoji?: string;
}

/** The fields of a message that carry a file, by kind; every required field of the provider's object is there. */
export function mediaFields(
  kind: MediaKind,
  file: StoredFile,
  bytes: Buffer,
  details: MediaDetails,
): Record<string, unknown> {
  const base = { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size };
  const named = { file_name: file.name, mime_type: file.mimeType };
  const duration = details.duration ?? 0;
  const size = pictureSize(bytes) ?? { width: details.width ?? 640, height: details.height ?? 480 };
  const box = { width: details.width ?? 640, height: details.height ?? 360 };
  switch (kind) {
    case 'photo':
      return { photo: [{ ...base, ...size }] };
    case 'document':
      return { document: { ...base, ...named } };
    case 'voice':
      return { voice: { ...base, duration, mime_type: file.mimeType } };
    case 'video':
      return { video: { ...base, ...named, ...box, duration } };
    case 'audio': {
      const { title, performer } = details;
      return {
        audio: {
          ...base,
          ...named,
          duration,
          ...(title === undefined ? {} : { title }),
          ...(performer === undefined ? {} : { performer }),
        },
      };
    }
    case 'sticker': {
      const [animated, video] = [file.name.endsWith('.tgs'), file.name.endsWith('.webm')];
      return {
        sticker: {
          ...base,
          type: 'regular',
          width: 512,
          height: 512,
          is_animated: animated,
          is_video: video,
          ...(details.emoji === undefined ? {} : { emoji: details.emoji }),
        },
      };
    }
    case 'animation': {
      const animation = { ...base, ...named, ...box, duration };
      return { animation, document: { ...base, ...named } };
    }
    case 'video_note':
      return { video_note: { ...base, length: details.width ?? 240, duration } };
  }
}
