import type { ImportEvents } from '../../domain/events/imports.ts';
import type { Texts } from './parts.ts';

export const importTexts: Texts<ImportEvents> = {};
