import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** Containers as vendors send them, made here from the structure that RFC 6030 describes. */
const names = [
  'xmlns="urn:ietf:params:xml:ns:keyprov:pskc"',
  'xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"',
  'xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"',
  'xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"',
].join(' ');

const aes128 = 'http://www.w3.org/2001/04/xmlenc#aes128-cbc';

export type PskcKey = {
  readonly serial: string;
  readonly secret: Buffer;
  readonly kind: 'hotp' | 'totp';
  readonly digits?: number;
  readonly counter?: number;
  readonly interval?: number;
  readonly suite?: string;
};

const packageOf = (key: PskcKey, secret: string): string => `<KeyPackage>
  <DeviceInfo><Manufacturer>Example Tokens</Manufacturer><SerialNo>${key.serial}</SerialNo><Model>E1</Model></DeviceInfo>
  <Key Id="${key.serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${key.kind}">
    <AlgorithmParameters>${key.suite ? `<Suite>${key.suite}</Suite>` : ''}<ResponseFormat Length="${key.digits ?? 6}" Encoding="DECIMAL"/></AlgorithmParameters>
    <Data>
      <Secret>${secret}</Secret>
      ${key.kind === 'hotp' ? `<Counter><PlainValue>${key.counter ?? 0}</PlainValue></Counter>` : `<TimeInterval><PlainValue>${key.interval ?? 30}</PlainValue></TimeInterval>`}
    </Data>
  </Key>
</KeyPackage>`;

export const plainPskc = (keys: readonly PskcKey[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<KeyContainer Version="1.0" ${names}>${keys
    .map((key) => packageOf(key, `<PlainValue>${key.secret.toString('base64')}</PlainValue>`))
    .join('\n')}</KeyContainer>`;

const encrypted = (key: Buffer, plain: Buffer): Buffer => {
  const vector = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', key, vector);
  return Buffer.concat([vector, cipher.update(plain), cipher.final()]);
};
const cipherData = (bytes: Buffer): string =>
  `<xenc:EncryptionMethod Algorithm="${aes128}"/><xenc:CipherData><xenc:CipherValue>\n${bytes.toString('base64')}\n</xenc:CipherValue></xenc:CipherData>`;

/** The head of a container whose key comes from a password. */
export const derivedKey = (salt: Buffer, iterations: number): string => `<EncryptionKey>
  <xenc11:DerivedKey>
    <xenc11:KeyDerivationMethod Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2">
      <pkcs5:PBKDF2-params><Salt><Specified>${salt.toString('base64')}</Specified></Salt><IterationCount>${iterations}</IterationCount><KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params>
    </xenc11:KeyDerivationMethod>
  </xenc11:DerivedKey>
</EncryptionKey>`;

export const encryptedPskc = (
  keys: readonly PskcKey[],
  password: string,
  iterations = 1_000,
): string => {
  const salt = randomBytes(8);
  const key = pbkdf2Sync(password, salt, iterations, 16, 'sha1');
  const macKey = randomBytes(20);
  const packages = keys.map((one) => {
    const bytes = encrypted(key, one.secret);
    const mac = createHmac('sha1', macKey).update(bytes).digest('base64');
    return packageOf(
      one,
      `<EncryptedValue>${cipherData(bytes)}</EncryptedValue><ValueMAC>${mac}</ValueMAC>`,
    );
  });
  return `<KeyContainer Version="1.0" ${names}>${derivedKey(salt, iterations)}
<MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><MACKey>${cipherData(encrypted(key, macKey))}</MACKey></MACMethod>
${packages.join('\n')}</KeyContainer>`;
};

/** The values of the RFC's own example of password-based encryption (§6.2), in a container of ours. */
export const rfcPassword = 'qwerty';
export const rfcPskc = (change: (text: string) => string = (text) => text): string =>
  change(`<KeyContainer Version="1.0" ${names}>
${derivedKey(Buffer.from('123eff3c4a72129c', 'hex'), 1_000)}
<MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><MACKey>
  <xenc:EncryptionMethod Algorithm="${aes128}"/>
  <xenc:CipherData><xenc:CipherValue>2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx</xenc:CipherValue></xenc:CipherData>
</MACKey></MACMethod>
${packageOf(
  { serial: '987654321', secret: Buffer.alloc(0), kind: 'hotp', digits: 8 },
  `<EncryptedValue><xenc:EncryptionMethod Algorithm="${aes128}"/><xenc:CipherData><xenc:CipherValue>oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f</xenc:CipherValue></xenc:CipherData></EncryptedValue><ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</ValueMAC>`,
)}</KeyContainer>`);
