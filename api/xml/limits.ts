export type XmlLimits = {
  readonly maxBytes: number;
  /** The root has depth 1. */
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Attributes of one element, namespace declarations included. */
  readonly maxAttributes: number;
  /** UTF-16 units of one element's own text, and of one attribute. */
  readonly maxTextLength: number;
};

/** SEC-18. */
export const sdkLimits: XmlLimits = {
  maxBytes: 1_048_576,
  maxDepth: 64,
  maxElements: 5_000,
  maxAttributes: 32,
  maxTextLength: 1_048_576,
};

/** contracts/mobile-app.md section 3. */
export const mobileLimits: XmlLimits = {
  maxBytes: 65_536,
  maxDepth: 32,
  maxElements: 512,
  maxAttributes: 16,
  maxTextLength: 8_192,
};

export type XmlRefusedReason =
  | 'tooLarge'
  | 'tooDeep'
  | 'tooManyElements'
  | 'tooManyAttributes'
  | 'textTooLong'
  | 'doctype'
  | 'processingInstruction'
  | 'encoding'
  | 'version'
  | 'notWellFormed';

/** The document is not one that is read here. The message holds nothing of the input. */
export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
  readonly reason: XmlRefusedReason;
  constructor(reason: XmlRefusedReason) {
    super(`XML refused: ${reason}`);
    this.reason = reason;
  }
}

/** @throws {XmlRefused} always */
export const refuse = (reason: XmlRefusedReason): never => {
  throw new XmlRefused(reason);
};
